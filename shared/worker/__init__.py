"""A worker process: for each of its services, the relay, the consumer, the due work and the service's own loops."""
