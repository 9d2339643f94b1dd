"""What the invented people's and the offices' telephones do by themselves."""

from collections.abc import Iterator, Sequence

from deploy.rehearsal.campaign import CALL_IN_DAY
from deploy.rehearsal.expected import keys_of, office_behaviour
from deploy.rehearsal.people import Supporter
from deploy.rehearsal.sandbox import Script
from deploy.sandbox.represent.directory import RIDINGS

# What the texts ask for, in both languages. A text that explains the keywords also says "Reply CALL to be connected".
INVITATION = r"Reply YES|Répondez OUI"
CALL_TO_ACTION = r"Reply CALL to be connected to|Répondez APPEL pour joindre"
TALKS_SECONDS = 40.0
_WORDS = {"en": ("YES", "STOP", "HELP", "CALL"), "fr": ("OUI", "ARRET", "AIDE", "APPEL")}
STOPS = frozenset(stop for _, stop, _, _ in _WORDS.values())


def scripts(people: Sequence[Supporter]) -> dict[str, Script]:
    """By telephone."""
    return {**dict(_offices()), **{person.phone: _supporter(person) for person in people if person.phone}}


def _supporter(person: Supporter) -> Script:
    return {
        "replies": [{"when": when, "answer": answer} for when, answer in _replies(person)],
        "call": {"does": person.plan.on_the_phone, "keys": keys_of(person)},
    }


def _replies(person: Supporter) -> Iterator[tuple[str, str]]:
    yes, stop, help_, call = _WORDS[person.language]
    plan = person.plan
    for says, when, answer in (
        (plan.replies_yes, INVITATION, yes),
        (plan.replies_stop, INVITATION, stop),
        (plan.replies_help, INVITATION, help_),
        (plan.replies_call, CALL_TO_ACTION, call),
    ):
        if says:
            yield when, answer


def _offices() -> Iterator[tuple[str, Script]]:
    yield CALL_IN_DAY.fallback_number, _office(office_behaviour(None))
    for riding in RIDINGS.values():
        for office in riding.member.offices if riding.member else ():
            if office.number:
                yield office.number, _office(office_behaviour(riding.id))


def _office(does: str) -> Script:
    return {"call": {"does": does, "talk_seconds": TALKS_SECONDS}}
