"""The whole campaign, played with invented people: petition, thanks and letters, rally, replies, call-in day.

What is expected follows from the people's plans alone; what is seen is counted where it arrives: on telephones and in
inboxes, in the domain events on Kafka, and on the pages.
"""

import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property

from deploy.demo.campaign import CALL_IN_DAY, FIX_PGWP, GATHERINGS, TARGETS
from deploy.demo.console import Console, Counted
from deploy.demo.forms import Named, call_campaign_form, call_to_action, gathering_form, invitation, petition_form
from deploy.rehearsal.arrivals import FROM_US, TO_US, Arrivals, DomainEvents, Record
from deploy.rehearsal.clear_text import places_in_clear
from deploy.rehearsal.expected import ENDINGS, Expected
from deploy.rehearsal.kinds import kind_of_email, kind_of_ending, kind_of_text
from deploy.rehearsal.people import Supporter
from deploy.rehearsal.place import Place
from deploy.rehearsal.sandbox import Sandbox
from deploy.rehearsal.scripts import scripts
from deploy.rehearsal.signing import sign_all, total_of
from deploy.rehearsal.stages import Report
from shared.bus import connections
from shared.bus.dead_letters import open_letters
from shared.settings import CoreSettings

SPEED = 20.0
# One in ten signs a second time, which must change nothing.
SIGN_TWICE = 10
RALLY = GATHERINGS[0]
CALLER_NAME = "Students United"


class Rehearsal:
    """One rehearsal at one place; `play` is its story, the rest are its scenes."""

    def __init__(self, place: Place, core: CoreSettings, people: Sequence[Supporter], report: Report) -> None:
        run = secrets.token_hex(3)
        self._place = place
        self._core = core
        self._people = people
        self._expected = Expected(people)
        self._report = report
        self._campaign = f"rehearsal-{run}"
        self._petition, self._rally, self._calls = (f"{name}-{run}" for name in ("fix-pgwp", "rally", "call-in-day"))
        self._sandbox = Sandbox(place.sandbox_url)
        self._console = Console(place.public_url)
        self._arrived = Arrivals(self._sandbox)
        self._events = DomainEvents(place.brokers)
        self._dead_letters_before = self._dead_letters()
        self._twice_before = self._sent_twice()

    def play(self) -> None:
        """Play everything, in order, and write down each stage."""
        email, password = self._place.add_organizer()
        speed = self._sandbox.hurry(SPEED)
        try:
            self._sandbox.script(scripts(self._people))
            self._console.sign_in(email, password)
            self._sign()
            self._thank()
            self._invite()
            self._answer()
            self._call()
            self._look_back()
        finally:
            self._sandbox.hurry(speed)
            self._place.remove_organizer(email)
            self._events.close()

    def _sign(self) -> None:
        self._console.keep_draft("petitions", petition_form(FIX_PGWP, Named(self._petition, self._campaign)))
        self._console.confirm("petitions", self._petition, "open", None)
        answered = sign_all(self._place.public_url, self._petition, self._people)
        self._report.note("signatures answered", len(self._people), answered)
        again = self._people[::SIGN_TWICE]
        answered = sign_all(self._place.public_url, self._petition, again)
        self._report.note("second signings answered alike", len(again), answered)
        self._wait("signatures on Kafka", len(self._people), lambda: self._told("signature.added"))
        self._wait("the total on the petition's page", len(self._people), self._total)

    def _thank(self) -> None:
        expected = self._expected
        self._wait("thanks by text", len(expected.texted), lambda: self._texts["thanks"])
        self._wait("thanks by e-mail", len(expected.emailed), lambda: self._emails["thanks"])
        self._wait("letters to the targets", len(self._people) * len(TARGETS), lambda: self._emails["letter"])
        self._wait("supporters located", len(self._people), self._located)

    def _invite(self) -> None:
        form = gathering_form(RALLY, Named(self._rally, self._campaign), datetime.now(UTC).date())
        self._console.keep_draft("events", form)
        counted = self._console.confirm("events", self._rally, "schedule", invitation(self._campaign))
        texted, emailed = len(self._expected.texted), len(self._expected.emailed)
        self._note_counted("the rally", counted, texted, emailed, 0)
        self._wait("invitations by text", texted, lambda: self._texts["invitation"])
        self._wait("invitations by e-mail", emailed, lambda: self._emails["invitation"])

    def _answer(self) -> None:
        expected = self._expected
        self._wait(
            "attendances", len(expected.coming), lambda: self._told("attendance.added", "gathering", self._rally)
        )
        self._wait("those who come are told where", len(expected.coming), lambda: self._texts["coming"])
        self._wait("HELP and AIDE answered", len(expected.helped), lambda: self._texts["help"])
        self._wait("opt-outs heard", len(expected.stopped), self._opted_out)

    def _call(self) -> None:
        expected = self._expected
        form = call_campaign_form(CALL_IN_DAY, Named(self._calls, self._campaign), datetime.now(UTC), CALLER_NAME)
        self._console.keep_draft("call-campaigns", form)
        counted = self._console.confirm("call-campaigns", self._calls, "launch", call_to_action(self._campaign))
        texted, emailed = len(expected.still_texted), len(expected.emailed)
        self._note_counted("the call-in day", counted, texted, emailed, len(expected.rung))
        self._wait("calls to action by text", texted, lambda: self._texts["call to action"])
        self._wait("calls to action by e-mail", emailed, lambda: self._emails["call to action"])
        self._wait("calls asked for", len(expected.callers), lambda: self._told("call.requested", *self._this_day))
        self._wait("calls finished", len(expected.callers), lambda: self._told("call.finished", *self._this_day))
        endings = Counter(map(kind_of_ending, self._events.of("call.finished", self._is_of_this_day)))
        for ending in ENDINGS:
            self._report.note(ending, expected.endings.get(ending, 0), endings[ending])

    def _look_back(self) -> None:
        """What must hold at the end: nothing came twice, nothing came after STOP, nothing lies in clear."""
        expected = self._expected
        texts = len(expected.texted) * 2 + len(expected.coming) + len(expected.helped) + len(expected.still_texted)
        emails = len(expected.emailed) * 3 + len(self._people) * len(TARGETS)
        self._wait("messages settled as delivered", texts + emails, self._delivered)
        self._report.note("texts altogether", texts, sum(self._texts.values()))
        self._report.note("e-mails altogether", emails, sum(self._emails.values()))
        self._report.note("texts after STOP", 0, self._after_stop())
        self._report.note("messages sent twice", 0, self._sent_twice() - self._twice_before)
        self._report.note("supporters counted twice", 0, self._told("signature.added") - len(self._people))
        self._report.note("dead letters", 0, self._dead_letters() - self._dead_letters_before)
        self._report.note("requests the vendors' own files do not allow", 0, self._sandbox.counts()["violations"])
        database_url, logs = self._place.settings["GROUNDSWELL_DATABASE_URL"], self._place.logs()
        found = places_in_clear(self._people, database_url, self._place.brokers, logs)
        for where, times in Counter(found).items():
            self._report.tell(f"      in clear: {where}, {times} times")
        self._report.note("personal data found in clear", 0, len(found))

    @property
    def _texts(self) -> Counter[str]:
        """The texts to our people, by kind."""
        ours = (text for text in self._arrived.texts() if text["to"] in self._phones)
        return Counter(kind_of_text(text) for text in ours if text["direction"].startswith(FROM_US))

    @property
    def _emails(self) -> Counter[str]:
        """The e-mails to our people and the targets, by kind."""
        return Counter(kind_of_email(email) for email in self._arrived.emails() if email["to"] in self._inboxes)

    @cached_property
    def _phones(self) -> frozenset[str]:
        return frozenset(person.phone for person in self._people if person.phone)

    @cached_property
    def _inboxes(self) -> frozenset[str]:
        targets = {target.email for target in TARGETS}
        return frozenset(targets | {person.email for person in self._people if person.email})

    @property
    def _this_day(self) -> tuple[str, str]:
        return "call_campaign", self._calls

    def _is_of_this_day(self, fields: Record) -> bool:
        return bool(fields["call_campaign"] == self._calls)

    def _told(self, type_: str, field: str = "", value: str = "") -> int:
        """How many domain events of a type there are about this rehearsal."""
        name, wanted = (field, value) if field else ("petition", self._petition)
        return self._events.count(type_, lambda fields: fields[name] == wanted)

    def _located(self) -> int:
        return len({fields["supporter_id"] for fields in self._events.of("supporter.located", self._is_ours)})

    def _opted_out(self) -> int:
        gone = self._events.of(
            "consent.withdrawn", lambda fields: fields["channel"] == "text" and self._is_ours(fields)
        )
        return len({fields["supporter_id"] for fields in gone})

    def _delivered(self) -> int:
        return self._events.count(
            "message.settled", lambda fields: fields["state"] == "delivered" and self._is_ours(fields)
        )

    def _is_ours(self, fields: Record) -> bool:
        return fields["supporter_id"] in self._supporter_ids

    @cached_property
    def _supporter_ids(self) -> frozenset[str]:
        signed = self._events.of("signature.added", lambda fields: bool(fields["petition"] == self._petition))
        return frozenset(fields["supporter"]["id"] for fields in signed)

    def _total(self) -> int:
        return total_of(self._place.public_url, self._petition)

    def _after_stop(self) -> int:
        """Texts of ours to a telephone after its own STOP."""
        stops = {person.phone for person in self._expected.stopped}
        silent: set[str] = set()
        late = 0
        for text in self._arrived.texts():
            if text["direction"] == TO_US and text["from"] in stops and text["body"] in ("STOP", "ARRET"):
                silent.add(text["from"])
            elif text["direction"].startswith(FROM_US) and text["to"] in silent:
                late += 1
        return late

    def _sent_twice(self) -> int:
        counted = self._sandbox.counts()["duplicates"]
        return int(counted["texts"]) + int(counted["emails"])

    def _dead_letters(self) -> int:
        reader = connections.reader(self._core)
        try:
            return sum(len(open_letters(reader, service)) for service in self._place.services)
        finally:
            reader.close()

    def _wait(self, name: str, expected: int, see: Callable[[], int]) -> None:
        self._report.wait_for(name, expected, see)

    def _note_counted(self, what: str, counted: Counted, texts: int, emails: int, rings: int) -> None:
        self._report.note(f"texts counted before {what}", texts, counted.texts)
        self._report.note(f"e-mails counted before {what}", emails, counted.emails)
        if rings or counted.rings:
            self._report.note(f"rings counted before {what}", rings, counted.rings)
