"""Every domain event acts once, and one that fails holds up nobody for good."""

import time

import pytest
from sqlalchemy import Connection

from shared.bus.outcomes import Reject
from shared.bus.reactions import reactions
from shared.bus.topics import create_topics
from shared.database import Database
from shared.domain_events.envelope import Envelope
from shared.identifiers import new_id
from shared.observability.metrics import CONSUMER_LAG, HANDLED_AGE, OUTBOX_DEPTH
from shared.settings import CoreSettings
from tests.integration.backbone.bus import Bus, partition_of, running, things_apart, until
from tests.integration.backbone.consuming import ENDLESS, patient
from tests.integration.backbone.tester.service import react_as


@pytest.mark.parametrize("together", [False, True])
def test_everything_acts_once_and_in_order(bus: Bus, together: bool) -> None:
    bus.publish([event for thing in "abc" for event in bus.events(thing, range(300))])

    with running(bus.consumer(reactions=react_as("tester", bus.happened, together=together)).run):
        until(lambda: len(bus.acted()) == 900, "all acted")

    for thing in "abc":
        assert bus.acted(thing) == list(range(300))
    assert bus.letters() == []


def test_what_is_delivered_twice_acts_once(bus: Bus) -> None:
    bus.publish(bus.events("a", range(5)))
    for record in bus.records():
        bus.send("a", record.value, record.headers)

    with running(bus.consumer().run):
        until(lambda: bus.handled("seen_before") == 5, "the second delivery is noticed")

    assert bus.acted("a") == [0, 1, 2, 3, 4]


def test_of_a_batch_only_the_bad_one_is_parked(bus: Bus) -> None:
    bus.order("reject", "a", 7)
    bus.publish(bus.events("a", range(20)))

    with running(bus.consumer().run):
        until(lambda: len(bus.acted("a")) == 19, "the others acted")
        (letter,) = until(bus.letters, "the bad one is parked")

    assert bus.acted("a") == [number for number in range(20) if number != 7]
    assert letter.reason == "told to, by [redacted]"
    assert letter.type == "thing.happened"
    assert b'"number":7' in letter.value


def test_what_is_rejected_is_not_tried_again(bus: Bus) -> None:
    tries = []

    def reject(envelope: Envelope, _: Connection) -> None:
        tries.append(envelope.id)
        raise Reject("never")

    bus.publish(bus.events("a", range(1)))

    with running(bus.consumer(reactions=reactions({bus.happened: reject})).run):
        until(bus.letters, "it is parked")

    assert len(tries) == 1


def test_how_long_the_oldest_of_a_batch_had_waited_is_told(bus: Bus) -> None:
    bus.post(bus.events("a", range(1)))
    posted_at = time.monotonic()
    until(lambda: time.monotonic() > posted_at + 0.5, "the first is half a second older")
    bus.publish(bus.events("a", range(1, 3)))

    with running(bus.consumer().run):
        until(lambda: bus.handled("acted") == 3, "all acted")

    assert HANDLED_AGE.labels(bus.name)._sum.get() > 0.5


def test_what_is_skipped_counts_as_handled(bus: Bus) -> None:
    bus.order("skip", "a", 1)
    bus.publish(bus.events("a", range(3)))

    with running(bus.consumer().run):
        until(lambda: bus.handled("acted") == 3, "all are handled")

    assert bus.letters() == []


def test_a_retry_pauses_its_partition_while_others_go_on(bus: Bus) -> None:
    stuck, free, *_ = things_apart(bus)
    bus.order("retry", stuck, 1)
    bus.publish([*bus.events(stuck, range(1, 4)), *bus.events(free, range(1, 4))])

    with running(patient(bus, ENDLESS).run):
        until(lambda: bus.acted(free) == [0, 1, 2, 3], "the other partition goes on")
        lag = CONSUMER_LAG.labels(bus.name, bus.topic, partition_of(bus, stuck))
        until(lambda: lag._value.get() >= 3, "the gauge says what waits")
        assert bus.acted(stuck) == [0]
        bus.take_back(stuck, 1)
        until(lambda: bus.acted(stuck) == [0, 1, 2, 3], "it goes on in order")

    assert bus.letters() == []


def test_what_fails_too_often_is_parked_with_its_reason_and_the_rest_follows(bus: Bus) -> None:
    bus.order("break", "a", 0)
    bus.publish(bus.events("a", range(3)))

    with running(bus.consumer().run):
        until(lambda: bus.acted("a") == [1, 2], "the rest follows")

    (letter,) = bus.letters()
    assert letter.reason == "failed 3 times, last with ItBroke: told to"


GARBAGE: dict[str, tuple[bytes | None, dict[str, bytes | None], str]] = {
    "no JSON": (b"{", {}, "JSONDecodeError"),
    "nothing at all": (None, {}, "JSONDecodeError"),
    "no object": (b"[]", {}, "break the schema"),
    "a field that is missing": (b'{"thing": "a"}', {}, "number"),
    "a field of another kind": (b'{"thing": "a", "number": "three"}', {}, "number"),
    "no id": (b'{"thing": "a", "number": 1}', {"ce_id": None}, "ce_id"),
    "another id": (b'{"thing": "a", "number": 1}', {"ce_id": b"one"}, "ValueError"),
    "no type": (b'{"thing": "a", "number": 1}', {"ce_type": None}, "ce_type"),
    "a time in no zone": (b'{"thing": "a", "number": 1}', {"ce_time": b"2026-11-24T12:00:00"}, "ValueError"),
    "another specification": (b'{"thing": "a", "number": 1}', {"ce_specversion": b"0.3"}, "CloudEvents"),
    "bytes that are no text": (b"\xff\xfe", {"ce_source": b"\xff"}, "JSONDecodeError"),
}


@pytest.mark.parametrize("what", GARBAGE)
def test_what_cannot_be_read_is_parked_and_the_rest_goes_on(bus: Bus, what: str) -> None:
    value, changes, reason = GARBAGE[what]
    bus.publish(bus.events("a", range(1)))
    (good,) = bus.records()
    kept = [(name, text) for name, text in good.headers if name not in (*changes, "ce_id")]
    headers: dict[str, bytes | None] = {**dict(kept), "ce_id": b"01a210bd-bfed-7c5a-befc-38e2fd98eadf", **changes}
    bus.send("a", value, [(name, text) for name, text in headers.items() if text is not None])
    bus.publish(bus.events("a", range(2, 3)))

    with running(bus.consumer().run):
        until(lambda: bus.acted("a") == [0, 2], "the others acted")

    (letter,) = bus.letters()
    assert reason in letter.reason
    assert letter.original_key == b"a"


def test_what_nobody_here_reacts_to_is_passed_over(bus: Bus) -> None:
    bus.publish(bus.events("a", range(1)))
    (record,) = bus.records()
    bus.send("a", b"anything", [*[pair for pair in record.headers if pair[0] != "ce_type"], ("ce_type", b"thing.else")])
    bus.publish(bus.events("a", range(2, 3)))

    with running(bus.consumer().run):
        until(lambda: bus.acted("a") == [0, 2], "the others acted")

    assert bus.letters() == []


def test_a_worker_may_be_there_before_its_topics(settings: CoreSettings, database: Database) -> None:
    bus = Bus(f"tester-{new_id().hex[-16:]}", settings, database)
    bus.post(bus.events("a", range(5)))

    with running(bus.consumer().run, bus.relay().run):
        until(lambda: OUTBOX_DEPTH.labels(bus.name)._value.get() == 5, "the relay is at it")
        create_topics(settings, [bus.name])
        until(lambda: len(bus.acted("a")) == 5, "all acted")

    assert bus.acted("a") == list(range(5))
