"""What should come of the invented people's plans: computed from the plans alone, before anything is seen."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from deploy.rehearsal.campaign import TARGETS
from deploy.rehearsal.people import Supporter
from deploy.sandbox.represent.directory import RIDINGS
from deploy.sandbox.represent.postal_codes import SAMPLE_POSTAL_CODES

# How calls end, as the rehearsal tells them apart.
TALKED = "calls: talked to the office"
LEFT_MESSAGE = "calls: left a message"
OFFICE_BUSY = "calls: the office was busy"
OFFICE_SILENT = "calls: the office did not answer"
HUNG_UP = "calls: the supporter hung up half way"
NOT_CONFIRMED = "calls: a machine answered, nobody pressed 1"
NOT_ANSWERED = "calls: the supporter did not answer"
ENDINGS = (TALKED, LEFT_MESSAGE, OFFICE_BUSY, OFFICE_SILENT, HUNG_UP, NOT_CONFIRMED, NOT_ANSWERED)

# What an office does, the key with which a supporter then reports it, and how that call is told of.
OFFICE_DOES = {
    "answer": ("1", TALKED),
    "voicemail": ("2", LEFT_MESSAGE),
    "busy": ("5", OFFICE_BUSY),
    "no_answer": ("5", OFFICE_SILENT),
}
# Most offices answer; one member's line is busy, one rings out, two have a machine.
_UNLIKE_THE_OTHERS = {"35902": "busy", "24902": "no_answer", "46901": "voicemail", "59901": "voicemail"}
CONFIRM = "1"


def office_behaviour(riding: str | None) -> str:
    """What every office of a riding's member does; None is the call-in day's fallback."""
    return _UNLIKE_THE_OTHERS.get(riding or "", "answer")


def riding_called(postal_code: str) -> str | None:
    """The riding whose member is called for a postal code; None where the fallback is."""
    known = SAMPLE_POSTAL_CODES.get(postal_code)
    if known is None:
        return None
    member = RIDINGS[known.ridings[0]].member
    has_line = member is not None and any(office.number for office in member.offices)
    return known.ridings[0] if has_line else None


@dataclass(frozen=True)
class Expected:
    """The people, and what should come of them."""

    people: Sequence[Supporter]

    @cached_property
    def texted(self) -> list[Supporter]:
        """Who gets texts until they say STOP."""
        return [person for person in self.people if person.gets_texts]

    @cached_property
    def emailed(self) -> list[Supporter]:
        """Who gets e-mails."""
        return [person for person in self.people if person.gets_emails]

    @cached_property
    def coming(self) -> list[Supporter]:
        """Who answers YES."""
        return [person for person in self.texted if person.plan.replies_yes]

    @cached_property
    def stopped(self) -> list[Supporter]:
        """Who answers STOP."""
        return [person for person in self.texted if person.plan.replies_stop]

    @cached_property
    def helped(self) -> list[Supporter]:
        """Who answers HELP, which is Twilio's to answer."""
        return [person for person in self.texted if person.plan.replies_help]

    @cached_property
    def still_texted(self) -> list[Supporter]:
        """Who is still texted after the rally."""
        return [person for person in self.texted if not person.plan.replies_stop]

    @cached_property
    def rung(self) -> list[Supporter]:
        """Who asked to be rung, and did not say STOP, which ends that too."""
        return [person for person in self.people if person.gets_rings and person not in self._stopped]

    @cached_property
    def callers(self) -> list[Supporter]:
        """Who is called: those who answer CALL, and those who asked to be rung."""
        return [person for person in self.still_texted if person.plan.replies_call] + self.rung

    @property
    def letters(self) -> int:
        """How many letters go out: one from everybody to each target."""
        return len(self.people) * len(TARGETS)

    @property
    def texts_before_calls(self) -> int:
        """How many texts of ours there are before the call-in day: thanks, invitations, and the answers to YES."""
        return 2 * len(self.texted) + len(self.coming)

    @property
    def emails_before_calls(self) -> int:
        """How many e-mails there are before the call-in day: thanks, invitations, and the letters."""
        return 2 * len(self.emailed) + self.letters

    @property
    def all_texts(self) -> int:
        """How many texts of ours there are, with the calls to action."""
        return self.texts_before_calls + len(self.still_texted)

    @property
    def all_emails(self) -> int:
        """How many e-mails there are, with the calls to action."""
        return self.emails_before_calls + len(self.emailed)

    @cached_property
    def endings(self) -> Mapping[str, int]:
        """How their calls end."""
        return Counter(ending_of(person) for person in self.callers)

    @cached_property
    def _stopped(self) -> frozenset[Supporter]:
        return frozenset(self.stopped)


def ending_of(person: Supporter) -> str:
    """How a supporter's call ends."""
    match person.plan.on_the_phone:
        case "answer":
            return OFFICE_DOES[office_behaviour(riding_called(person.postal_code))][1]
        case "hang_up_half_way":
            return HUNG_UP
        case "voicemail":
            return NOT_CONFIRMED
    return NOT_ANSWERED


def keys_of(person: Supporter) -> list[str]:
    """What a supporter presses: to be connected, and then what happened."""
    return [CONFIRM, OFFICE_DOES[office_behaviour(riding_called(person.postal_code))][0]]
