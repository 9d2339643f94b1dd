"""What an operator can do about what got stuck: `groundswell dead-letters`, `groundswell outbox`, `groundswell jobs`.

Dead letters are domain events that a service could not handle; the outbox holds those that Kafka would not take; jobs
are long or later work that failed for good. Each can be listed, tried again, or let go.
"""
