"""What is seen of a rehearsal: counted where it arrives, on telephones, in inboxes, on Kafka and on the pages."""

import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from deploy.rehearsal.arrivals import FROM_US, TO_US, Arrivals, DomainEvents, Record
from deploy.rehearsal.campaign import TARGETS
from deploy.rehearsal.clear_text import places_in_clear
from deploy.rehearsal.kinds import kind_of_email, kind_of_ending, kind_of_text
from deploy.rehearsal.people import Supporter
from deploy.rehearsal.place import Place
from deploy.rehearsal.sandbox import Sandbox
from deploy.rehearsal.scripts import STOPS
from deploy.rehearsal.signing import total_of
from deploy.sandbox.texts.keywords import HELPED, HELPED_IN_FRENCH
from deploy.sandbox.texts.messages import CONFIRMATION
from shared.bus import connections
from shared.bus.dead_letters import open_letters
from shared.settings import CoreSettings


@dataclass(frozen=True)
class Run:
    """Under which names one rehearsal keeps what it opens, so that many can follow each other on one stack."""

    campaign: str
    petition: str
    rally: str
    call_in_day: str

    @classmethod
    def anew(cls) -> "Run":
        """Names that no rehearsal had."""
        mark = secrets.token_hex(3)
        return cls(f"rehearsal-{mark}", f"fix-pgwp-{mark}", f"rally-{mark}", f"call-in-day-{mark}")


class Seen:
    """What has been seen of one run so far; each question looks anew."""

    def __init__(self, place: Place, core: CoreSettings, people: Sequence[Supporter], run: Run) -> None:
        self._place = place
        self._core = core
        self._people = people
        self._run = run
        self._sandbox = Sandbox(place.sandbox_url)
        self._arrived = Arrivals(self._sandbox)
        self._events = DomainEvents(place.brokers)
        self._dead_letters_before = self._dead_letters()
        self._twice_before, self._unanswered_before = self._twice(), self._unanswered()

    def close(self) -> None:
        """Let the broker go."""
        self._events.close()

    def signatures(self) -> int:
        """Signatures that Kafka tells of."""
        return self._events.count("signature.added", self._is_of_this_petition)

    def total(self) -> int:
        """The total on the petition's page."""
        return total_of(self._place.public_url, self._run.petition)

    def counted_twice(self) -> int:
        """By how many the signatures or the total are above the people."""
        return max(self.signatures(), self.total()) - len(self._people)

    def texts(self, kind: str) -> int:
        """Texts of a kind to our people."""
        return self._texts()[kind]

    def emails(self, kind: str) -> int:
        """E-mails of a kind to our people and the targets."""
        return self._emails()[kind]

    def all_texts(self) -> int:
        """Texts to our people, of whatever kind."""
        return self._texts().total()

    def all_emails(self) -> int:
        """E-mails to our people and the targets, of whatever kind."""
        return self._emails().total()

    def located(self) -> int:
        """Supporters whose riding was looked up, found or not."""
        return self._supporters_in("supporter.located", lambda _: True)

    def opted_out(self) -> int:
        """Supporters who were heard to want no more texts."""
        return self._supporters_in("consent.withdrawn", lambda fields: bool(fields["channel"] == "text"))

    def helped(self) -> int:
        """Answers to HELP and AIDE, which are Twilio's own."""
        texts = (text for text in self._arrived.texts() if text["to"] in self._phones)
        return sum(text["body"] in (HELPED, HELPED_IN_FRENCH) for text in texts if text["direction"] == CONFIRMATION)

    def coming(self) -> int:
        """Attendances at the rally."""
        return self._events.count("attendance.added", lambda fields: bool(fields["gathering"] == self._run.rally))

    def calls_asked_for(self) -> int:
        """Calls that somebody asked for by text, or is rung for."""
        return self._events.count("call.requested", self._is_of_this_day)

    def calls_finished(self) -> int:
        """Calls that have come to an end."""
        return self._events.count("call.finished", self._is_of_this_day)

    def endings(self) -> Counter[str]:
        """How they ended."""
        return Counter(map(kind_of_ending, self._events.of("call.finished", self._is_of_this_day)))

    def delivered(self) -> int:
        """Messages of which the vendors said that they were delivered."""
        return self._events.count("message.settled", lambda told: told["state"] == "delivered" and self._is_ours(told))

    def texts_after_stop(self) -> int:
        """Texts of ours to a telephone after its own STOP."""
        silent: set[str] = set()
        late = 0
        for text in self._arrived.texts():
            if text["direction"] == TO_US and text["from"] in self._phones and text["body"] in STOPS:
                silent.add(text["from"])
            late += text["direction"].startswith(FROM_US) and text["to"] in silent
        return late

    def sent_twice(self) -> int:
        """Texts and e-mails that came to the same person with the same words a second time."""
        return self._twice() - self._twice_before

    def unanswered(self) -> int:
        """How often a vendor asked or told us something, and waited in vain for an answer."""
        return self._unanswered() - self._unanswered_before

    def dead_letters(self) -> int:
        """Domain events that some service has given up on."""
        return self._dead_letters() - self._dead_letters_before

    def violations(self) -> int | None:
        """Requests and answers that the vendors' own files do not allow; None where nobody looks."""
        found = self._sandbox.violations()
        return int(found["violations"]) if found["checked"] else None

    def in_clear(self) -> list[str]:
        """Where somebody was found in clear, once for each row, message or piece of a log."""
        database_url, logs = self._place.settings["GROUNDSWELL_DATABASE_URL"], self._place.logs()
        return places_in_clear(self._people, database_url, self._place.brokers, logs)

    def _texts(self) -> Counter[str]:
        texts = (text for text in self._arrived.texts() if text["to"] in self._phones)
        return Counter(kind_of_text(text) for text in texts if text["direction"].startswith(FROM_US))

    def _emails(self) -> Counter[str]:
        return Counter(kind_of_email(email) for email in self._arrived.emails() if email["to"] in self._inboxes)

    @cached_property
    def _phones(self) -> frozenset[str]:
        return frozenset(person.phone for person in self._people if person.phone)

    @cached_property
    def _inboxes(self) -> frozenset[str]:
        targets = {target.email for target in TARGETS}
        return frozenset(targets | {person.email for person in self._people if person.email})

    def _supporters_in(self, type_: str, meant: Callable[[Record], bool]) -> int:
        told = self._events.of(type_, lambda fields: meant(fields) and self._is_ours(fields))
        return len({fields["supporter_id"] for fields in told})

    def _is_ours(self, fields: Record) -> bool:
        return fields["supporter_id"] in self._supporter_ids

    @cached_property
    def _supporter_ids(self) -> frozenset[str]:
        signed = self._events.of("signature.added", self._is_of_this_petition)
        return frozenset(fields["supporter"]["id"] for fields in signed)

    def _is_of_this_petition(self, fields: Record) -> bool:
        return bool(fields["petition"] == self._run.petition)

    def _is_of_this_day(self, fields: Record) -> bool:
        return bool(fields["call_campaign"] == self._run.call_in_day)

    def _twice(self) -> int:
        counted = self._sandbox.counts()["duplicates"]
        return int(counted["texts"]) + int(counted["emails"])

    def _unanswered(self) -> int:
        counted = self._sandbox.counts()
        return sum(int(counted[kind].get("failed", 0)) for kind in ("webhooks", "callbacks", "events"))

    def _dead_letters(self) -> int:
        reader = connections.reader(self._core)
        try:
            return sum(len(open_letters(reader, service)) for service in self._place.services)
        finally:
            reader.close()
