"""One petition on a running stack, and the accounts that are drawn up of everybody who signed it."""

import secrets
import time
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import psycopg
import requests
from kafka import TopicPartition

from deploy.rehearsal.campaign import FIX_PGWP, TARGETS
from deploy.rehearsal.console import Console
from deploy.rehearsal.forms import Named, petition_form
from deploy.rehearsal.people import Supporter, invent
from deploy.rehearsal.place import Place
from deploy.rehearsal.sandbox import Sandbox
from deploy.rehearsal.signing import total_of
from deploy.sandbox.faults import Fault
from deploy.sandbox.represent.postal_codes import NORMAL, codes_of
from shared.bus import connections
from shared.privacy.fingerprints import Fingerprints
from shared.settings import CoreSettings
from tests.faults.crowd import Crowd
from tests.faults.traces import TIMEOUT_SECONDS, TOPIC, Arrived, Published
from tests.fixtures.stack import RunningStack
from tests.fixtures.waiting import PATIENCE_SECONDS

SPEED = 20.0
# More than sign in any test.
MOST_PEOPLE = 600
PAUSE_SECONDS = 0.5
# What is left to do, by service: messages that are not sent yet, and domain events that are not published yet.
SERVICES = ("signatures", "notifications", "calls")
CONSUMERS = ("signatures", "notifications")
Numbers = Mapping[str, Counter[Any]]


@dataclass
class Campaign:
    """A petition that takes signatures; everything is counted from its opening on."""

    stack: RunningStack
    settings: CoreSettings
    slug: str
    published: Published
    arrived: Arrived

    @property
    def signatures_url(self) -> str:
        """Where its signatures are posted."""
        return f"{self.stack.public_url}/petitions/{self.slug}/signatures"

    def people(self, count: int = MOST_PEOPLE) -> list[Supporter]:
        """People who have signed nothing yet."""
        return invent(count, codes_of(NORMAL), first=_place(self.stack).take_people(count))

    def crowd(self, pause_seconds: float = PAUSE_SECONDS) -> Crowd:
        """People who sign, a dozen a second; more with less of a pause."""
        return Crowd(self.signatures_url, self.people(), pause_seconds)

    def supporter_id(self, person: Supporter) -> str:
        """Who somebody is for the services."""
        return self._fingerprints.supporter_id(email=person.email, phone=person.phone)

    def ask(self, service: str, question: str, **values: Any) -> list[tuple[Any, ...]]:
        """The rows that a service's database answers with."""
        with self.connected(service) as database:
            return database.execute(question, values).fetchall()

    def connected(self, service: str) -> psycopg.Connection:
        """A connection to a service's database, to be used in a block at whose end it is committed and closed."""
        return psycopg.connect(f"{self.settings.database_url}/groundswell_{service}", connect_timeout=5)

    def stored(self) -> set[str]:
        """Whose signatures are stored, by supporter."""
        return {supporter for supporter, _ in self.ask("signatures", _STORED, slug=self.slug)}

    def in_state(self, *states: str) -> Counter[str]:
        """How many messages are in one of these states, by channel."""
        question = (
            "SELECT channel, count(*) FROM deliveries WHERE about = %(slug)s AND state = ANY(%(states)s) GROUP BY 1"
        )
        return Counter(dict(self.ask("notifications", question, slug=self.slug, states=list(states))))

    def faults(self, *faults: Fault) -> None:
        """Switch these faults of the providers on, and all others off."""
        wanted = {"faults": [fault.as_data() for fault in faults]}
        requests.put(self._faults_url, json=wanted, timeout=TIMEOUT_SECONDS).raise_for_status()

    def struck(self) -> list[dict[str, Any]]:
        """The faults that are on, and how often each has struck."""
        faults: list[dict[str, Any]] = requests.get(self._faults_url, timeout=TIMEOUT_SECONDS).json()["faults"]
        return faults

    @property
    def _faults_url(self) -> str:
        return f"{self.stack.sandbox_url}/sandbox/api/faults"

    def check_everybody(self, signed: Sequence[Supporter]) -> None:
        """Wait until everybody is stored, published, counted and thanked and nothing is left to do; nothing is twice.

        The texts, e-mails and letters are those that each agreed to, and no others.
        """
        due = self._due_to(signed)
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while missing := self._missing(due, len(signed)):
            assert time.monotonic() < give_up_at, f"still missing: {missing}; the ledger: {self._ledger()}"
            time.sleep(0.25)
        assert _without(self._seen(), due) == {}

    def close(self) -> None:
        """Switch all faults off, and let the broker go."""
        self.faults()
        self.published.close()

    def _due_to(self, signed: Sequence[Supporter]) -> Numbers:
        """What there has to be of each, once."""
        return {
            "stored": Counter(self.supporter_id(person) for person in signed),
            "texts": Counter(person.phone for person in signed if person.gets_texts),
            "thanks": Counter(person.email for person in signed if person.gets_emails),
            "letters": Counter((target.email, person.surname) for person in signed for target in TARGETS),
        }

    def _seen(self) -> Numbers:
        stored = self.ask("signatures", _STORED, slug=self.slug)
        return {
            "stored": Counter(supporter for supporter, _ in stored),
            "texts": self.arrived.texts(),
            "thanks": self.arrived.thanks(),
            "letters": self.arrived.letters(),
        }

    def _missing(self, due: Numbers, number: int) -> str:
        """The first thing that is not as it should be yet, in words; empty where all is."""
        return next(self._all_missing(due, number), "")

    def _all_missing(self, due: Numbers, number: int) -> Iterator[str]:
        for what, few in _without(due, self._seen()).items():
            yield f"{sum(few.values())} {what}"
        yield from (f"{many} {channel} in hand" for channel, many in self.in_state("planned", "sending").items())
        for service in SERVICES:
            ((waiting,),) = self.ask(service, "SELECT count(*) FROM outbox")
            if waiting:
                yield f"{waiting} in the outbox of {service}"
        stored = Counter(signature for _, signature in self.ask("signatures", _STORED, slug=self.slug))
        if self.published.signatures() != stored:
            yield "published is not what is stored"
        if (total := total_of(self.stack.public_url, self.slug)) != number:
            yield f"the total is {total}"
        yield from (f"{behind} not read by {group}" for group, behind in self._behind().items() if behind)

    def _ledger(self) -> dict[str, int]:
        """How many messages have come to what, and why."""
        question = (
            "SELECT concat_ws(' ', channel, state, reason), count(*) FROM deliveries WHERE about = %(slug)s GROUP BY 1"
        )
        return dict(self.ask("notifications", question, slug=self.slug))

    def _behind(self) -> dict[str, int]:
        """How many records of the topic each group of consumers has not done with."""
        client, reader = connections.admin(self.settings), connections.reader(self.settings)
        try:
            ends = reader.end_offsets([TopicPartition(TOPIC, one) for one in reader.partitions_for_topic(TOPIC)])
            groups = {f"groundswell.{name}": None for name in CONSUMERS}
            done = client.list_group_offsets(groups)
        finally:
            client.close()
            reader.close()
        return {
            group: sum(end - (done[group][one].offset if one in done[group] else 0) for one, end in ends.items())
            for group in groups
        }

    @cached_property
    def _fingerprints(self) -> Fingerprints:
        return Fingerprints(self.settings.pepper)


def open_petition(stack: RunningStack, settings: CoreSettings, console: Console) -> Campaign:
    """Open a petition as an organizer does."""
    slug = f"faults-{secrets.token_hex(3)}"
    Sandbox(stack.sandbox_url).hurry(SPEED)
    campaign = Campaign(stack, settings, slug, Published(settings, slug), Arrived(stack.sandbox_url))
    console.keep_draft("petitions", petition_form(FIX_PGWP, Named(slug, slug)))
    console.confirm("petitions", slug, "open", None)
    return campaign


def sign_in(stack: RunningStack) -> Console:
    """An organizer's session."""
    console = Console(stack.public_url)
    console.sign_in(*_place(stack).add_organizer())
    return console


def _place(stack: RunningStack) -> Place:
    return Place(stack.settings, stack.folder)


def _without(some: Numbers, others: Numbers) -> dict[str, Counter[Hashable]]:
    """What there is more of in the one than in the other, thing by thing."""
    differences = {what: some[what] - others[what] for what in some}
    return {what: more for what, more in differences.items() if more}


_STORED = (
    "SELECT supporter_id, signatures.id::text FROM signatures JOIN petitions ON petitions.id = petition_id"
    " WHERE slug = %(slug)s"
)
