"""A supporter is erased: nothing of them is left, and the totals stay."""

from datetime import timedelta

from services.signatures.storage.board import Board
from shared.domain_events.organizers import SupporterErased
from shared.domain_events.signatures import SignatureAdded
from tests.integration.signatures.office import Office
from tests.unit.signatures.made import SLUG


def erased(office: Office, supporter_id: str, days_ago: int = 0) -> SupporterErased:
    """What organizers tell once the key is destroyed."""
    office.backbone.vault.erase(supporter_id)
    return SupporterErased(supporter_id=supporter_id, erased_at=office.backbone.clock() - timedelta(days=days_ago))


def test_the_rows_go_and_the_total_stays(open_office: Office) -> None:
    open_office.crowd(3)
    open_office.count()
    gone = open_office.rows()[0].supporter_id

    open_office.hear(erased(open_office, gone))

    assert gone not in {row.supporter_id for row in open_office.rows()}
    assert (len(open_office.rows()), open_office.total(), open_office.differences()) == (2, 3, [])


def test_what_was_not_counted_yet_is_counted_first_and_its_own_event_then_changes_nothing(
    open_office: Office,
) -> None:
    open_office.crowd(2)
    gone = open_office.rows()[0].supporter_id

    open_office.hear(erased(open_office, gone))
    assert open_office.total() == 1

    open_office.count()
    assert (open_office.total(), len(open_office.rows()), open_office.differences()) == (2, 1, [])


def test_all_that_a_person_signed_goes(open_office: Office) -> None:
    open_office.open(slug="care-for-all")
    for slug in (SLUG, "care-for-all"):
        open_office.sign(slug)
        open_office.crowd(1, slug)
    (one, *_) = open_office.posted(SignatureAdded)
    open_office.hear(one)

    open_office.hear(erased(open_office, one.supporter.id))
    open_office.count()

    assert [open_office.total(slug) for slug in (SLUG, "care-for-all")] == [2, 2]
    assert (len(open_office.rows()), open_office.differences()) == (2, [])


def test_being_told_twice_forgets_once(open_office: Office) -> None:
    open_office.crowd(2)
    open_office.count()
    event = erased(open_office, open_office.rows()[0].supporter_id)

    open_office.hear(event)
    open_office.hear(event)

    assert (open_office.total(), open_office.differences()) == (2, [])


def test_what_somebody_signs_after_they_were_erased_is_theirs_to_keep(open_office: Office) -> None:
    open_office.crowd(1)
    open_office.count()
    (row,) = open_office.rows()

    open_office.hear(erased(open_office, row.supporter_id, days_ago=1))

    assert len(open_office.rows()) == 1


def test_the_board_says_how_many_are_missing_from_it(open_office: Office) -> None:
    under = open_office.open(slug="care-for-all")
    open_office.crowd(3, "care-for-all")
    events = open_office.posted(SignatureAdded)
    open_office.hear(events[0])
    open_office.hear(erased(open_office, events[0].supporter.id))

    apart = open_office.ask(lambda transaction: Board(transaction, under.id).apart())

    assert (apart.uncounted, apart.forgotten) == (2, 1)
