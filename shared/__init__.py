"""What at least two services use: the event backbone, privacy, the web shell and observability."""
