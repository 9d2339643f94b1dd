"""How long a provider took to answer, for the dashboards."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from shared.observability.metrics import PROVIDER_SECONDS


@contextmanager
def measured(provider: str, operation: str) -> Iterator[None]:
    """Time what is done inside, by what became of it: `ok`, or the name of the exception that ended it."""
    began, outcome = time.perf_counter(), "ok"
    try:
        yield
    except Exception as error:
        outcome = type(error).__name__
        raise
    finally:
        PROVIDER_SECONDS.labels(provider, operation, outcome).observe(time.perf_counter() - began)
