"""Whole calls through Twilio's SDK and real webhooks: scripted supporters and offices behind the sandbox."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from deploy.sandbox.represent.directory import RIDINGS
from deploy.sandbox.represent.postal_codes import NORMAL, SAMPLE_POSTAL_CODES, codes_of
from services.calls.domain.call_campaign import CampaignState
from services.calls.service import assemble
from services.calls.storage.records import Records
from services.calls.use_cases.draft import draft
from services.calls.use_cases.launch import launch
from shared.domain_events.calls import CallFinished
from shared.due_work.jobs import schedule
from shared.due_work.loop import DueWork
from shared.service import Assembly, Backbone, Service
from shared.settings import CoreSettings
from shared.web.app import create_app
from tests.fixtures.sandbox import Sandbox, Start
from tests.fixtures.services import Fresh, deliver, posted
from tests.fixtures.waiting import wait_until
from tests.integration.calls.exchange import reply_of, signature_of
from tests.integration.calls.live import served
from tests.unit.calls.made import campaign

LONG = timedelta(days=2)
# What a supporter's telephone does, which keys it presses, what the office's does; how the call ends, what the carrier
# saw of the office's leg, and what the supporter said.
STORIES: list[tuple[str, list[str], str, tuple[str, str, str | None]]] = [
    ("answer", ["1", "1"], "answer", ("done", "completed", "talked")),
    ("answer", ["1", "2"], "voicemail", ("done", "completed", "left_message")),
    ("answer", ["7", "1", "4"], "answer", ("done", "completed", "refused")),
    ("answer", ["1", "5"], "busy", ("done", "busy", "could_not_get_through")),
    ("answer", ["1", "5"], "no_answer", ("done", "no_answer", "could_not_get_through")),
    ("answer", ["1", "5"], "fail", ("done", "failed", "could_not_get_through")),
    ("answer", ["1", "1"], "hang_up_half_way", ("done", "completed", "talked")),
    ("hang_up_half_way", ["1", "1"], "answer", ("done", "completed", None)),
    ("voicemail", [], "answer", ("not_confirmed", "not_connected", None)),
    ("refuse", [], "answer", ("not_answered", "not_connected", None)),
    ("no_answer", [], "answer", ("not_answered", "not_connected", None)),
    ("fail", [], "answer", ("not_answered", "not_connected", None)),
]


@dataclass
class Stage:
    """The service as it is put together for production, served where the sandbox reaches it."""

    backbone: Backbone
    assembly: Assembly
    sandbox: Sandbox

    def prepare(self) -> None:
        """Launch a call campaign, and fetch the directory."""
        now = self.backbone.clock()
        day = campaign(state=CampaignState.DRAFT, opens_at=now - LONG, closes_at=now + LONG)
        with self.backbone.database.transaction() as transaction:
            records = Records(transaction)
            draft(day, "organizer-1", records)
            launch(day.slug, None, records, now)
            schedule(transaction, "mirror_directory", "periodic")
        self.turn()

    def ask_for_call(self, person: int, code: str) -> str:
        """Somebody signs and answers CALL; their supporter id."""
        number, email = _number(person), f"person{person}@example.org"
        id_ = self.backbone.fingerprints.supporter_id(email=email, phone=None)
        deliver(self.assembly, self.backbone, signature_of(self.backbone, id_, number, code))
        deliver(self.assembly, self.backbone, reply_of(id_))
        return id_

    def turn(self) -> None:
        """One turn of everything that a worker does."""
        due = DueWork("calls", self.backbone.database, self.assembly.jobs, self.assembly.periodic)
        while due.step():
            pass
        for loop in self.assembly.loops.values():
            while loop():
                pass

    def finished(self) -> list[CallFinished]:
        """The calls that were told to be over."""
        return [event for event in posted(self.backbone) if isinstance(event, CallFinished)]

    def work_until_finished(self, number_of_calls: int) -> dict[str, CallFinished]:
        """Work until so many calls are over; each by its supporter."""

        def enough() -> bool:
            self.turn()
            return len(self.finished()) >= number_of_calls

        wait_until(enough)
        return {event.supporter_id: event for event in self.finished()}


@pytest.fixture
def stage(
    core_settings: CoreSettings,
    migrated: Callable[[str], Service],
    fresh: Fresh,
    start_sandbox: Start,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Stage]:
    sandbox = start_sandbox()
    sandbox.pace(speed=100)
    quick = {"CALLS_PER_SECOND": "100", "REPRESENT_PER_MINUTE": "6000", "CALL_SETTLE_SECONDS": "1"}
    quick |= {"CALL_QUIET_SECONDS": "3", "CALL_LEASE_SECONDS": "3"}
    for name, value in (sandbox.settings | {f"GROUNDSWELL_{name}": value for name, value in quick.items()}).items():
        monkeypatch.setenv(name, value)
    backbone, _ = fresh("calls")
    with served() as server:
        settings = replace(core_settings, public_url=server.url)
        backbone = replace(backbone, settings=settings)
        assembly = assemble(backbone)
        server.app = create_app([(migrated("calls"), backbone, assembly)], settings)
        made = Stage(backbone, assembly, sandbox)
        made.prepare()
        yield made


def test_every_story_ends_as_the_supporter_and_the_office_made_it(stage: Stage) -> None:
    expected = {}
    for person, (code, (does, keys, office, outcome)) in enumerate(zip(codes_of(NORMAL), STORIES, strict=False)):
        stage.sandbox.script(_number(person), call={"does": does, "keys": keys or ["1"]})
        for number in _offices(code):
            stage.sandbox.script(number, call={"does": office, "talk_seconds": 60})
        expected[stage.ask_for_call(person, code)] = outcome

    seen = stage.work_until_finished(len(STORIES))

    outcomes = {id_: (one.ending, one.carrier_outcome, one.reported_outcome) for id_, one in seen.items()}
    assert outcomes == expected
    assert len(stage.finished()) == len(STORIES)
    assert all(one.talked_seconds > 0 for one in seen.values() if one.carrier_outcome == "completed")


def test_faults_of_the_carrier_ring_nobody_twice_and_lose_no_call(stage: Stage) -> None:
    codes = codes_of(NORMAL)[:20]
    stage.sandbox.api("PUT", "/scripts", {"supporters": {"does": "answer"}, "offices": {"does": "answer"}})
    stage.sandbox.faults(
        {"endpoint": "calls", "kind": "accepted_but_timed_out", "probability": 0.3},
        {"endpoint": "calls", "kind": "500", "probability": 0.2},
        {"endpoint": "calls", "kind": "429", "probability": 0.2},
        {"endpoint": "calls_read", "kind": "503", "probability": 0.2},
        {"endpoint": "callbacks", "kind": "duplicated", "probability": 0.3},
        {"endpoint": "callbacks", "kind": "reordered", "probability": 0.3},
        {"endpoint": "callbacks", "kind": "lost", "probability": 0.2},
    )
    for person, code in enumerate(codes):
        stage.ask_for_call(person, code)

    stage.work_until_finished(len(codes))

    assert Counter(one.carrier_outcome for one in stage.finished()) == {"completed": len(codes)}
    calls: list[dict[str, Any]] = stage.sandbox.api("GET", "/calls")["calls"]
    rung = Counter(call["to"] for call in calls if call["direction"] == "outbound-api")
    assert rung == {_number(person): 1 for person in range(len(codes))}


def _number(person: int) -> str:
    return f"+1416555{110 + person:04}"


def _offices(code: str) -> list[str]:
    """The telephones of the member whom a postal code leads to."""
    member = RIDINGS[SAMPLE_POSTAL_CODES[code].ridings[0]].member
    assert member is not None
    return [office.number for office in member.offices if office.number]
