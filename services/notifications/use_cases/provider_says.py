"""How a provider's yes and no are noted: in lines of the log with codes and ids, and nothing of a person."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from services.notifications.domain.delivery import Channel
from services.notifications.providers.ports import OutcomeUnknown, ProviderFails, Refused
from services.notifications.use_cases.outcomes import Taken, Tried
from shared.observability.logging import logger
from shared.observability.tracing import tracing

log = logger("sending")


def note_taken(tried: Iterable[Tried]) -> None:
    """What was taken, noted: a line for all that went together in one story, with the ids of the first of them."""
    together: dict[tuple[str, Channel], list[tuple[UUID, str]]] = defaultdict(list)
    for one in tried:
        if isinstance(one.outcome, Taken):
            delivery = one.due.delivery
            together[delivery.traceparent, delivery.channel].append((delivery.id, one.outcome.provider_id))
    for (traceparent, channel), taken in together.items():
        delivery_id, provider_id = taken[0]
        with tracing(traceparent):
            log.info(f"{channel} accepted", delivery_id=str(delivery_id), provider_id=provider_id, together=len(taken))


def said_of(error: Exception, delivery_id: str, together: int = 1) -> ProviderFails:
    """The error, noted. Of one that no provider should raise nobody knows what it left undone."""
    about = {"delivery_id": delivery_id, "together": together, "reason": str(error)}
    if not isinstance(error, ProviderFails):
        log.error("sending broke", exc_info=error, delivery_id=delivery_id, together=together)
        return OutcomeUnknown(f"unexpected: {type(error).__name__}")
    if isinstance(error, Refused):
        log.info("refused by the provider", **about)
    elif isinstance(error, OutcomeUnknown):
        log.warning("perhaps sent, the provider will be asked", **about)
    else:
        log.warning("not sent, waiting to try again", **about)
    return error
