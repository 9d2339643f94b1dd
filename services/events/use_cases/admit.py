"""What every yes comes to, wherever it was said: an attendance is kept, and the other services hear of it."""

from datetime import datetime

from services.events.domain.attendance import Attendance
from services.events.domain.gathering import Gathering
from services.events.storage.attendances import Attendances
from shared.domain_events.envelope import Sealed
from shared.domain_events.events import AttendanceAdded, AttendanceChanged


def admit(
    yes: Attendance, gathering: Gathering, attendances: Attendances, now: datetime, *, cause: str, sealed: str | None
) -> None:
    """Admit a supporter to a gathering that is held; one who is coming already changes nothing.

    `sealed` is what the domain event carries of them. Raises whatever `Gathering.admit` raises.
    """
    known = attendances.of(yes.supporter_id, gathering.slug)
    # Counting is only worth its while where there is a limit, and a limit keeps it short.
    coming = attendances.headcount(gathering.slug).total if gathering.capacity is not None else 0
    admitted = gathering.admit(yes, known, coming, now)
    if admitted == known:
        return
    attendances.keep(admitted)
    if known is None:
        attendances.post(_added(admitted, gathering, cause, sealed))
    else:
        attendances.post(changed(admitted))


def changed(attendance: Attendance) -> AttendanceChanged:
    """The domain event that tells of another answer."""
    return AttendanceChanged(
        attendance_id=str(attendance.id),
        gathering=attendance.gathering,
        supporter_id=attendance.supporter_id,
        status=attendance.status.value,
    )


def _added(attendance: Attendance, gathering: Gathering, cause: str, sealed: str | None) -> AttendanceAdded:
    return AttendanceAdded(
        attendance_id=str(attendance.id),
        gathering=gathering.slug,
        campaign=gathering.campaign,
        supporter_id=attendance.supporter_id,
        supporter=Sealed(id=attendance.supporter_id, sealed=sealed) if sealed else None,
        via=attendance.via.value,
        cause=cause,
        language=attendance.language,
    )
