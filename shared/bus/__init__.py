"""The only door to Kafka: connections, topics, the consumer loop and dead letters."""
