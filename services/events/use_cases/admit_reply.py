"""A supporter answers YES or NO to the text that told them of a gathering."""

from datetime import datetime
from uuid import UUID

from services.events.domain.attendance import Attendance, Via
from services.events.domain.gathering import Gathering, GatheringIsNotScheduled, GatheringProblem
from services.events.storage.attendances import Attendances
from services.events.storage.gatherings import Gatherings
from services.events.use_cases.admit import admit, changed
from shared.bus.outcomes import Retry, Skip
from shared.domain_events.notifications import ReplyReceived
from shared.identifiers import new_id


def admit_reply(
    reply: ReplyReceived, cause: UUID, gatherings: Gatherings, attendances: Attendances, now: datetime
) -> None:
    """Count them in after a yes, and out after a no. Raises `Retry` for a gathering not heard of yet, else `Skip`."""
    if reply.gathering is None or reply.meaning not in ("yes", "no"):
        raise Skip("the reply is about something else")
    gathering = gatherings.hold(reply.gathering)
    if gathering is None:
        raise Retry("the gathering is not known yet")
    try:
        gathering.check_takes_answers(now)
        if reply.meaning == "yes":
            admit(_yes(reply, gathering), gathering, attendances, now, cause=str(cause), sealed=None)
        else:
            _stay_away(reply, gathering, attendances)
    except GatheringIsNotScheduled:
        raise Retry("the gathering is not announced yet") from None
    except GatheringProblem as problem:
        raise Skip(f"{type(problem).__name__}: {problem}") from None


def _yes(reply: ReplyReceived, gathering: Gathering) -> Attendance:
    return Attendance(
        id=new_id(),
        gathering=gathering.slug,
        supporter_id=reply.supporter_id,
        via=Via.TEXT,
        answered_at=reply.received_at,
    )


def _stay_away(reply: ReplyReceived, gathering: Gathering, attendances: Attendances) -> None:
    known = attendances.of(reply.supporter_id, gathering.slug)
    if known is None or not known.is_coming:
        raise Skip("they had not said that they are coming")
    if known.is_newer_than(reply.received_at):
        raise Skip("they said otherwise since")
    cancelled = known.stay_away(reply.received_at)
    attendances.keep(cancelled)
    attendances.post(changed(cancelled))
