"""A call as a row of its table, and back."""

from datetime import datetime
from typing import Any

from services.calls.domain.call import Aim, Call, Ending, Line, Via


def call_of(row: Any) -> Call:
    """The call that a row holds."""
    return Call(
        id=row.id,
        call_campaign=row.call_campaign,
        supporter_id=row.supporter_id,
        phone_id=row.phone_id,
        language=row.language,
        via=Via(row.via),
        cause=row.cause,
        requested_at=row.requested_at,
        aim=Aim(row.aim),
        riding=row.riding,
        line=_line(row),
        dialling=row.dialling,
        attempts=row.attempts,
        carrier_id=row.carrier_id,
        rang=row.rang_at is not None,
        answered=row.answered_at is not None,
        confirmed=row.confirmed_at is not None,
        bridged=row.bridged_at is not None,
        office_outcome=row.office_outcome,
        talked_seconds=row.talked_seconds,
        reported_outcome=row.reported_outcome,
        hung_up=row.hung_up,
        settled=row.settled,
        called_off=Ending(row.called_off) if row.called_off else None,
    )


def facts_of(call: Call, at: datetime) -> dict[str, Any]:
    """What may change of a call, as its row holds it; what is known first at that moment is `moments_of`."""
    line = call.line
    return {
        "state": call.state.value,
        "aim": call.aim.value,
        "riding": call.riding,
        "target_name": line.target_name if line else None,
        "office": line.office if line else None,
        "number": line.number if line else None,
        "extension": line.extension if line else "",
        "dialling": call.dialling,
        "attempts": call.attempts,
        "carrier_id": call.carrier_id,
        "office_outcome": call.office_outcome,
        "talked_seconds": call.talked_seconds,
        "reported_outcome": call.reported_outcome,
        "hung_up": call.hung_up,
        "settled": call.settled,
        "called_off": call.called_off.value if call.called_off else None,
        "ending": call.ending.value if call.is_over else None,
        "carrier_outcome": call.carrier_outcome if call.is_over else None,
        "finished_at": at if call.is_over else None,
    }


def moments_of(call: Call, at: datetime) -> dict[str, datetime]:
    """The columns that tell when each thing that is known of a call was known first."""
    reached = {
        "rang_at": call.rang,
        "answered_at": call.answered,
        "confirmed_at": call.confirmed,
        "bridged_at": call.bridged,
        "returned_at": call.office_outcome is not None,
        "reported_at": call.reported_outcome is not None,
        "hung_up_at": call.hung_up is not None,
    }
    return {name: at for name, is_so in reached.items() if is_so}


def _line(row: Any) -> Line | None:
    if row.number is None:
        return None
    return Line(target_name=row.target_name, office=row.office, number=row.number, extension=row.extension)
