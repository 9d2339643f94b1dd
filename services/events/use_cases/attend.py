"""Somebody says on a page, or through the API, that they are coming."""

from dataclasses import dataclass
from datetime import datetime

from services.events.domain.attendance import Attendance, Via
from services.events.domain.gathering import Gathering, GatheringIsFull, GatheringIsNotScheduled
from services.events.storage.attendances import Attendances
from services.events.storage.gatherings import Gatherings
from services.events.use_cases.admit import admit
from shared.domain_events.events import AttendanceAdded
from shared.identifiers import new_id
from shared.privacy.fingerprints import Fingerprints
from shared.privacy.vault import Vault

SEALED_AS = "attendance"


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Who is coming, as they filled it in; an e-mail address or a telephone number in canonical form, or both."""

    name: str
    email: str | None
    phone: str | None
    language: str


def attend(
    guest: Guest,
    slug: str,
    gatherings: Gatherings,
    attendances: Attendances,
    fingerprints: Fingerprints,
    vault: Vault,
    now: datetime,
) -> None:
    """Admit a guest. A second answer of the same person is taken like the first and changes nothing.

    Raises `GatheringIsNotScheduled`, `GatheringIsCancelled`, `GatheringIsOver` or `GatheringIsFull`.
    """
    # Asked again below, when others have to wait; but nobody's key is made for what takes no answers.
    _check_takes_answers(gatherings.get(slug), slug, attendances, now)
    supporter_id = fingerprints.supporter_id(email=guest.email, phone=guest.phone)
    fields = {"name": guest.name, "email": guest.email, "phone": guest.phone}
    # Before the gathering is held: others wait for it, and need not wait for the vault too.
    at_rest, in_event = (vault.seal(supporter_id, fields, context) for context in (SEALED_AS, AttendanceAdded.type))
    gathering = gatherings.hold(slug)
    if gathering is None:
        raise GatheringIsNotScheduled(slug)
    yes = Attendance(
        id=new_id(),
        gathering=slug,
        supporter_id=supporter_id,
        via=Via.PAGE,
        answered_at=now,
        language=guest.language,
        sealed=at_rest,
    )
    admit(yes, gathering, attendances, now, cause=f"page:{yes.id}", sealed=in_event)


def _check_takes_answers(known: Gathering | None, slug: str, attendances: Attendances, now: datetime) -> None:
    if known is None:
        raise GatheringIsNotScheduled(slug)
    known.check_takes_answers(now)
    if known.capacity is not None and known.is_full(attendances.headcount(slug).total):
        raise GatheringIsFull(slug)
