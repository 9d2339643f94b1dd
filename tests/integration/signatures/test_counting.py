"""Totals follow the signatures, each counted once; milestones are told once; a nightly recount compares."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
import structlog

from services.signatures.domain.petition import Petition
from services.signatures.storage.petitions import Petitions
from services.signatures.storage.signatures import Signatures
from services.signatures.storage.totals import Totals
from services.signatures.use_cases.keep_signatures import Signed, keep_signatures
from shared.clock import now
from shared.domain_events.envelope import Envelope
from shared.domain_events.signatures import MilestoneReached, SignatureAdded
from shared.identifiers import new_id
from shared.observability.metrics import TOTALS_DIFFERING
from shared.observability.tracing import traceparent
from tests.fixtures.services import deliver
from tests.integration.signatures.office import Office
from tests.unit.signatures.made import CAMPAIGN, SLUG, signature


def fill(office: Office, under: Petition, people: range) -> None:
    """That many sign at once, past the web."""
    batch = [Signed(signature(f"person-{number}", under), traceparent()) for number in people]
    assert all(keep_signatures(batch, office.backbone.database, office.backbone.vault))


def count_together(office: Office, events: list[SignatureAdded]) -> None:
    """The service hears of a whole batch, as the consumer hands it over."""
    envelopes = [
        Envelope(new_id(), event.type, "/groundswell/signatures", now(), event.key, traceparent(), event)
        for event in events
    ]
    with office.backbone.database.transaction() as transaction:
        office.assembly.reactions.act(envelopes, transaction)


def campaign_total(office: Office) -> int:
    return int(office.ask(lambda transaction: Totals(transaction).of_campaign(CAMPAIGN)))


def test_a_signature_is_counted_when_it_is_heard_of(open_office: Office) -> None:
    open_office.crowd(3)
    assert open_office.total() == 0

    open_office.count()

    assert (open_office.total(), campaign_total(open_office)) == (3, 3)


def test_a_signature_that_is_heard_of_twice_counts_once(open_office: Office) -> None:
    open_office.crowd(2)
    (first, _) = open_office.posted(SignatureAdded)

    known = open_office.hear(first)
    open_office.hear(first, known)
    deliver(open_office.assembly, open_office.backbone, first)
    count_together(open_office, [first, first])

    assert open_office.total() == 1


def test_totals_are_kept_apart_by_petition_and_together_by_campaign(open_office: Office) -> None:
    open_office.open(slug="care-for-all")
    open_office.open(slug="elsewhere", campaign="another")
    for slug, size in ((SLUG, 3), ("care-for-all", 2), ("elsewhere", 1)):
        open_office.crowd(size, slug)

    count_together(open_office, open_office.posted(SignatureAdded))

    assert [open_office.total(slug) for slug in (SLUG, "care-for-all", "elsewhere")] == [3, 2, 1]
    assert campaign_total(open_office) == 5


def test_signatures_of_a_petition_that_was_closed_since_still_count(open_office: Office) -> None:
    open_office.crowd(2)
    open_office.close()

    open_office.count()

    assert open_office.total() == 2


def test_a_milestone_is_told_once_with_the_total_that_passed_it(office: Office) -> None:
    under = office.open()
    fill(office, under, range(99))
    count_together(office, office.posted(SignatureAdded))
    assert office.posted(MilestoneReached) == []

    fill(office, under, range(99, 103))
    count_together(office, office.posted(SignatureAdded))
    count_together(office, office.posted(SignatureAdded))

    assert office.posted(MilestoneReached) == [
        MilestoneReached(petition=SLUG, campaign=CAMPAIGN, milestone=100, total=103)
    ]
    (noted,) = office.ask(lambda transaction: Totals(transaction).milestones_of(under.id))
    assert (noted.milestone, noted.total) == (100, 103)


def test_a_batch_that_passes_several_milestones_tells_each(office: Office) -> None:
    under = office.open()
    fill(office, under, range(620))

    count_together(office, office.posted(SignatureAdded))

    assert [event.milestone for event in office.posted(MilestoneReached)] == [100, 500]


def test_a_milestone_that_was_told_is_not_told_again_after_a_correction(office: Office) -> None:
    under = office.open()
    fill(office, under, range(101))
    count_together(office, office.posted(SignatureAdded))
    office.ask(lambda transaction: transaction.execute(sa.text("UPDATE petition_totals SET total = 50")))

    fill(office, under, range(101, 201))
    count_together(office, office.posted(SignatureAdded))

    assert [event.milestone for event in office.posted(MilestoneReached)] == [100]


def test_several_workers_that_count_at_once_lose_and_double_nothing(office: Office) -> None:
    petitions = [office.open(), office.open(slug="care-for-all")]
    for under in petitions:
        fill(office, under, range(120))
    events = office.posted(SignatureAdded)
    # Each worker is given some that another has too, as after a rebalance.
    shares = [events[start : start + 90] for start in range(0, 240, 60)]

    def count(share: list[SignatureAdded]) -> None:
        while True:
            try:
                return count_together(office, share)
            except sa.exc.OperationalError:
                # A deadlock: the consumer tries again too.
                continue

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(count, shares))

    assert [office.total(under.slug) for under in petitions] == [120, 120]
    assert (campaign_total(office), office.differences()) == (240, [])
    assert sorted(event.petition for event in office.posted(MilestoneReached)) == ["care-for-all", SLUG]


def test_the_recount_finds_nothing_where_all_is_well(open_office: Office) -> None:
    open_office.crowd(2)
    open_office.count()

    with structlog.testing.capture_logs() as logs:
        open_office.recount()

    assert [line for line in logs if line["log_level"] in ("warning", "error")] == []
    assert TOTALS_DIFFERING._value.get() == 0


@pytest.mark.parametrize("wrong", [1, 3, 0])
def test_the_recount_reports_a_total_that_differs_and_changes_nothing(open_office: Office, wrong: int) -> None:
    open_office.crowd(2)
    open_office.count()
    spoil = sa.text("UPDATE petition_totals SET total = :wrong")
    open_office.ask(lambda transaction: transaction.execute(spoil, {"wrong": wrong}))

    with structlog.testing.capture_logs() as logs:
        open_office.recount()

    (line,) = [line for line in logs if line["log_level"] == "error"]
    assert (line["petition"], line["total"], line["expected"]) == (SLUG, wrong, 2)
    assert open_office.total() == wrong
    assert TOTALS_DIFFERING._value.get() == 1


def test_the_recount_counts_what_was_left_and_a_late_event_then_changes_nothing(open_office: Office) -> None:
    open_office.crowd(3)
    earlier = sa.text("UPDATE signatures SET signed_at = signed_at - interval '2 hours'")
    open_office.ask(lambda transaction: transaction.execute(earlier))
    open_office.crowd(1, first=3)

    with structlog.testing.capture_logs() as logs:
        open_office.recount()
    assert open_office.total() == 3
    assert [line["signatures"] for line in logs if line["log_level"] == "warning"] == [3]

    open_office.count()
    assert (open_office.total(), open_office.differences()) == (4, [])


def test_the_recount_comes_back_the_next_night(open_office: Office) -> None:
    again = open_office.recount()

    now = open_office.backbone.clock()
    assert timedelta(0) < again - now <= timedelta(days=1)
    assert again.hour == 8


def test_an_id_that_is_no_signature_counts_for_nothing(open_office: Office) -> None:
    open_office.crowd(1)

    def count(transaction: sa.Connection) -> list[object]:
        return list(Signatures(transaction).count([UUID(int=7)]))

    assert open_office.ask(count) == []
    assert open_office.ask(lambda transaction: Petitions(transaction).find(SLUG)).counted_at is None
