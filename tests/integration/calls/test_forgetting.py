"""Nothing personal is kept in clear, and nothing at all of somebody who was erased."""

from services.calls.domain.call import Ending
from shared.domain_events.organizers import SupporterErased
from tests.integration.calls.exchange import Exchange, reply_of, signature_of
from tests.unit.calls.made import NOON


def _rows_with(exchange: Exchange, supporter_id: str) -> list[str]:
    """The tables of the service's own, the outbox left out, in which somebody's id still stands."""
    with exchange.backbone.database.transaction() as transaction:
        return [
            name
            for name in ("calls", "callers")
            if supporter_id in str(transaction.exec_driver_sql(f"SELECT * FROM {name}").all())
        ]


def test_who_is_erased_is_forgotten_and_what_waited_for_them_is_called_off(exchange: Exchange) -> None:
    exchange.launch()
    maya = exchange.sign()
    exchange.work()
    exchange.hear(reply_of(maya))

    exchange.backbone.vault.erase(maya)
    exchange.hear(SupporterErased(supporter_id=maya, erased_at=NOON))

    assert exchange.dial() is False
    assert exchange.ask(lambda records: records.callers.get(maya)) is None
    assert exchange.call().supporter_id is None
    assert exchange.call().called_off == Ending.ERASED
    assert _rows_with(exchange, maya) == []


def test_who_is_erased_while_they_talk_is_unlinked_when_the_call_ends(exchange: Exchange) -> None:
    exchange.launch()
    handset = exchange.ring()
    maya = exchange.call().supporter_id
    assert maya is not None
    handset.answer()

    exchange.backbone.vault.erase(maya)
    exchange.hear(SupporterErased(supporter_id=maya, erased_at=NOON))
    assert exchange.call().supporter_id == maya
    handset.press("1", "confirmed")
    handset.office_leg_ends("completed", 20)
    handset.press("1", "reported")
    handset.status("completed")

    assert exchange.call().supporter_id is None
    assert exchange.call().talked_seconds == 20
    assert _rows_with(exchange, maya) == []


def test_a_signature_of_somebody_who_was_erased_meanwhile_is_let_be(exchange: Exchange) -> None:
    maya = exchange.backbone.fingerprints.supporter_id(email="maya@example.org", phone=None)
    signed = signature_of(exchange.backbone, maya, "+14165550150", "M5V2T6")
    exchange.backbone.vault.erase(maya)

    exchange.hear(signed)

    assert exchange.ask(lambda records: records.callers.get(maya)) is None


def test_nothing_personal_is_kept_in_clear(exchange: Exchange) -> None:
    exchange.launch()
    exchange.ring().walk()

    with exchange.backbone.database.transaction() as transaction:
        names = (
            transaction.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").scalars().all()
        )
        dump = " ".join(str(transaction.exec_driver_sql(f"SELECT * FROM {name}").all()) for name in names)

    for personal in ("4165550150", "M5V2T6", "Maya", "@example.org"):
        assert personal not in dump
