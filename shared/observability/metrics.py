"""Every metric there is. A name that is not here does not exist, so that dashboards and code cannot drift apart."""

from prometheus_client import Counter, Gauge, Histogram

OUTBOX_DEPTH = Gauge(
    "groundswell_outbox_depth", "Domain events that wait to be published.", ["service"], multiprocess_mode="mostrecent"
)
OUTBOX_AGE = Gauge(
    "groundswell_outbox_age_seconds",
    "How long the oldest waiting domain event has waited.",
    ["service"],
    multiprocess_mode="mostrecent",
)
OUTBOX_REFUSED = Gauge(
    "groundswell_outbox_refused",
    "Domain events that Kafka will never take as they are; `groundswell outbox` lists them.",
    ["service"],
    multiprocess_mode="mostrecent",
)
PUBLISHED = Counter("groundswell_published_total", "Domain events acknowledged by Kafka.", ["service"])
CONSUMER_LAG = Gauge(
    "groundswell_consumer_lag",
    "Domain events that were published but not yet handled.",
    ["service", "topic", "partition"],
    multiprocess_mode="mostrecent",
)
HANDLED = Counter(
    "groundswell_handled_total", "Domain events handled, by what became of them.", ["service", "type", "outcome"]
)
HANDLED_AGE = Histogram(
    "groundswell_handled_age_seconds",
    "How long the oldest of a batch of domain events had waited since it was posted, when it had been acted on.",
    ["service"],
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
HANDLER_SECONDS = Histogram("groundswell_handler_seconds", "Time to handle one batch of domain events.", ["service"])
DEAD_LETTERS = Counter("groundswell_dead_letters_total", "Domain events parked in dead letters.", ["service", "type"])
JOBS_DONE = Counter(
    "groundswell_jobs_total", "Steps of due work, by what became of them.", ["service", "kind", "outcome"]
)
JOBS_DUE = Gauge(
    "groundswell_jobs_due", "Jobs that could be performed now.", ["service", "kind"], multiprocess_mode="mostrecent"
)
JOBS_FAILED = Gauge(
    "groundswell_jobs_failed",
    "Jobs that failed for good; `groundswell jobs` lists them.",
    ["service", "kind"],
    multiprocess_mode="mostrecent",
)
LOOP_FAILURES = Counter(
    "groundswell_loop_failures_total", "Turns of a service's own loops that ended in an error.", ["service", "loop"]
)
REQUEST_SECONDS = Histogram(
    "groundswell_request_seconds", "Time to answer a request.", ["service", "endpoint", "method", "status"]
)
PROVIDER_SECONDS = Histogram(
    "groundswell_provider_seconds", "Time that a provider took to answer.", ["provider", "operation", "outcome"]
)
DELIVERIES = Counter(
    "groundswell_deliveries_total", "Messages, by channel and the state they reached.", ["channel", "state"]
)
CALLS = Counter("groundswell_calls_total", "Calls, by the state they reached.", ["state"])
TOTALS_DIFFERING = Gauge(
    "groundswell_totals_differing",
    "Petitions whose total was not what their signatures add up to, at the last recount.",
    multiprocess_mode="mostrecent",
)
