"""How a provider's no is noted: a line of the log with its code and the delivery's id, and nothing of a person."""

from services.notifications.providers.ports import OutcomeUnknown, ProviderFails, Refused
from shared.observability.logging import logger

log = logger("sending")


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
