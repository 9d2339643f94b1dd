"""Every night: count what was left uncounted, and report totals that are not what their signatures add up to."""

from datetime import datetime, time, timedelta

from services.signatures.storage.signatures import Signatures
from services.signatures.storage.totals import Totals
from services.signatures.use_cases.count import count
from shared.observability.logging import logger
from shared.observability.metrics import TOTALS_DIFFERING

# In UTC: three or four in the morning in Toronto, midnight or one in Vancouver.
NIGHT = time(8)
# Signatures are counted within seconds. One that was not for this long is in dead letters, or its event is late.
LEFT_AFTER = timedelta(hours=1)
log = logger("recount")


def recount(signatures: Signatures, totals: Totals, now: datetime) -> None:
    """Count what is left, and report each petition whose total differs; a total is not changed by a guess."""
    left = signatures.uncounted_before(now - LEFT_AFTER)
    if left:
        log.warning("signatures were left uncounted", signatures=len(left))
        count(left, signatures, totals, now)
    differences = totals.differences()
    TOTALS_DIFFERING.set(len(differences))
    for one in differences:
        log.error("a total differs from its signatures", petition=one.petition, total=one.total, expected=one.expected)
    log.info("totals were compared", differing=len(differences))


def next_night(now: datetime) -> datetime:
    """When to do it again."""
    tonight = datetime.combine(now.date(), NIGHT, now.tzinfo)
    return tonight if now < tonight else tonight + timedelta(days=1)
