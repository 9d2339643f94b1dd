"""Posting a domain event is an insert; the relay brings it to Kafka after the transaction."""

from shared.outbox.outbox import post, post_many

__all__ = ["post", "post_many"]
