"""The reference pages, written from the code, so that they cannot say anything else than it does.

`docs/reference/asyncapi.yaml`: the domain events, their topics and schemas, and who reacts. `domain-events.md`: the
same as one table for people. `openapi-<service>.json`: each service's API. `settings.md` and `metrics.md`.
They need no settings: the services are put together with made-up ones, and connect to nothing.
"""

GENERATED = "Generated from the code by `groundswell reference`. Change the code, not this page."
