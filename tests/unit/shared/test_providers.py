"""How long providers take, as the dashboards are told."""

import pytest
from prometheus_client import REGISTRY

from shared.observability.providers import measured


def requests(outcome: str) -> float:
    labels = {"provider": "a_provider", "operation": "send", "outcome": outcome}
    return REGISTRY.get_sample_value("groundswell_provider_seconds_count", labels) or 0


def test_a_request_is_counted_by_what_became_of_it() -> None:
    with measured("a_provider", "send"):
        pass
    for error in (TimeoutError, KeyError):
        with pytest.raises(error), measured("a_provider", "send"):
            raise error

    assert (requests("ok"), requests("TimeoutError"), requests("KeyError")) == (1, 1, 1)
