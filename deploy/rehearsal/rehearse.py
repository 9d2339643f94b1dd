"""The whole campaign, played with invented people: petition, thanks and letters, rally, replies, call-in day.

What is expected follows from the people's plans alone (`expected.py`); what is seen is counted where it arrives
(`seen.py`).
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from deploy.rehearsal.campaign import CALL_IN_DAY, FIX_PGWP, GATHERINGS
from deploy.rehearsal.console import Console, Counted
from deploy.rehearsal.expected import ENDINGS, Expected
from deploy.rehearsal.forms import Named, call_campaign_form, call_to_action, gathering_form, invitation, petition_form
from deploy.rehearsal.people import Supporter
from deploy.rehearsal.place import Place
from deploy.rehearsal.sandbox import Sandbox
from deploy.rehearsal.scripts import scripts
from deploy.rehearsal.seen import Run, Seen
from deploy.rehearsal.signing import sign_all
from deploy.rehearsal.stages import Report
from shared.settings import CoreSettings

SPEED = 20.0
# One in ten signs a second time, which must change nothing.
SIGN_TWICE = 10
RALLY = GATHERINGS[0]
CALLER_NAME = "Students United"


class Rehearsal:
    """One rehearsal at one place; `play` is its story, the rest are its scenes."""

    def __init__(self, place: Place, core: CoreSettings, people: Sequence[Supporter], report: Report) -> None:
        self._place = place
        self._people = people
        self._report, self._note, self._wait = report, report.note, report.wait_for
        self._run = Run.anew()
        self._expected = Expected(people)
        self._console = Console(place.public_url)
        self._sandbox = Sandbox(place.sandbox_url)
        self._seen = Seen(place, core, people, self._run)

    def play(self) -> None:
        """Play everything, in order, and write down each stage. Raises `ConsoleRefused`, or what cannot be reached."""
        email, password = self._place.add_organizer()
        speed = self._sandbox.hurry(SPEED)
        try:
            self._sandbox.script(scripts(self._people))
            self._console.sign_in(email, password)
            self._play()
        finally:
            self._seen.close()
            self._sandbox.hurry(speed)
            self._place.remove_organizer(email)

    def _play(self) -> None:
        self._sign()
        self._thank()
        self._invite()
        self._answer()
        self._call()
        self._end_calls()
        self._settle()
        self._look_back()

    def _sign(self) -> None:
        """The petition is opened, everybody signs, and some sign twice."""
        self._console.keep_draft("petitions", petition_form(FIX_PGWP, Named(self._run.petition, self._run.campaign)))
        self._console.confirm("petitions", self._run.petition, "open", None)
        again = self._people[::SIGN_TWICE]
        self._note("signatures answered", len(self._people), self._answered(self._people))
        self._note("second signings answered alike", len(again), self._answered(again))
        self._wait("signatures on Kafka", len(self._people), self._seen.signatures)
        self._wait("the total on the petition's page", len(self._people), self._seen.total)

    def _answered(self, people: Sequence[Supporter]) -> int:
        return sign_all(self._place.public_url, self._run.petition, people)

    def _thank(self) -> None:
        """Everybody is thanked, their letters go out, and their ridings are looked up."""
        expected = self._expected
        self._wait("thanks by text", len(expected.texted), lambda: self._seen.texts("thanks"))
        self._wait("thanks by e-mail", len(expected.emailed), lambda: self._seen.emails("thanks"))
        self._wait("letters to the targets", expected.letters, lambda: self._seen.emails("letter"))
        self._wait("supporters located", len(self._people), self._seen.located)

    def _invite(self) -> None:
        """A rally is scheduled, and everybody hears of it."""
        form = gathering_form(RALLY, Named(self._run.rally, self._run.campaign), datetime.now(UTC).date())
        self._console.keep_draft("events", form)
        counted = self._console.confirm("events", self._run.rally, "schedule", invitation(self._run.campaign))
        texted, emailed = len(self._expected.texted), len(self._expected.emailed)
        self._note_counted("the rally", counted, texted, emailed, 0)
        self._wait("invitations by text", texted, lambda: self._seen.texts("invitation"))
        self._wait("invitations by e-mail", emailed, lambda: self._seen.emails("invitation"))

    def _answer(self) -> None:
        """Some answer YES, some STOP, some HELP."""
        expected = self._expected
        self._wait("attendances", len(expected.coming), self._seen.coming)
        self._wait("those who come are told where", len(expected.coming), lambda: self._seen.texts("coming"))
        self._wait("HELP and AIDE answered by Twilio", len(expected.helped), self._seen.helped)
        self._wait("opt-outs heard", len(expected.stopped), self._seen.opted_out)
        settled = expected.texts_before_calls + expected.emails_before_calls
        # Calls do not wait: on a small machine the receipts of all that went before would stand in their way.
        self._wait("messages settled before the call-in day", settled, self._seen.delivered)

    def _call(self) -> None:
        """A call-in day is launched, and everybody who may still be reached hears of it."""
        expected, named = self._expected, Named(self._run.call_in_day, self._run.campaign)
        form = call_campaign_form(CALL_IN_DAY, named, datetime.now(UTC), CALLER_NAME)
        self._console.keep_draft("call-campaigns", form)
        counted = self._console.confirm("call-campaigns", named.slug, "launch", call_to_action(named.campaign))
        texted, emailed = len(expected.still_texted), len(expected.emailed)
        self._note_counted("the call-in day", counted, texted, emailed, len(expected.rung))
        self._wait("calls to action by text", texted, lambda: self._seen.texts("call to action"))
        self._wait("calls to action by e-mail", emailed, lambda: self._seen.emails("call to action"))

    def _end_calls(self) -> None:
        """Some answer CALL, some are rung; every call comes to the end that its people's plans lead to."""
        expected = self._expected
        self._wait("calls asked for", len(expected.callers), self._seen.calls_asked_for)
        self._wait("calls finished", len(expected.callers), self._seen.calls_finished)
        endings = self._seen.endings()
        for ending in ENDINGS:
            self._note(ending, expected.endings.get(ending, 0), endings[ending])

    def _settle(self) -> None:
        """Every message is heard of to its end, and there is none that nobody expects."""
        texts, emails = self._expected.all_texts, self._expected.all_emails
        self._wait("messages settled as delivered", texts + emails, self._seen.delivered)
        self._note("texts altogether", texts, self._seen.all_texts())
        self._note("e-mails altogether", emails, self._seen.all_emails())

    def _look_back(self) -> None:
        """What must never have happened."""
        self._note("texts after STOP", 0, self._seen.texts_after_stop())
        self._note("messages sent twice", 0, self._seen.sent_twice())
        self._note("supporters counted twice", 0, self._seen.counted_twice())
        self._note("dead letters", 0, self._seen.dead_letters())
        violations = self._seen.violations()
        if violations is not None:
            self._note("requests the vendors' own files do not allow", 0, violations)
        self._look_for_clear_text()
        if unanswered := self._seen.unanswered():
            self._report.tell(f"      the vendors waited {unanswered} times in vain for an answer: too busy a machine?")

    def _look_for_clear_text(self) -> None:
        found = self._seen.in_clear()
        for where, times in Counter(found).items():
            self._report.tell(f"      in clear: {where}, {times} times")
        self._note("personal data found in clear", 0, len(found))

    def _note_counted(self, what: str, counted: Counted, texts: int, emails: int, rings: int) -> None:
        self._note(f"texts counted before {what}", texts, counted.texts)
        self._note(f"e-mails counted before {what}", emails, counted.emails)
        self._note(f"rings counted before {what}", rings, counted.rings)
