"""Real Kafka and PostgreSQL on a laptop, and everything that runs on them, started and stopped by one command."""
