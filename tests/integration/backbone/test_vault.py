"""What is sealed opens for the right person and place, until they are erased."""

import base64
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from shared.database import Database, connect, migrate
from shared.privacy import MIGRATIONS
from shared.privacy.vault import CACHE_SECONDS, Erased, Vault
from shared.settings import CoreSettings

ADA, BEA = "a" * 32, "b" * 32
FIELDS = {"name": "Ada Example", "email": "ada@example.org", "phone": "+14165550123"}
PLACE = "signature"
KEY = secrets.token_bytes(32)


@pytest.fixture
def database(core_settings: CoreSettings) -> Iterator[Database]:
    migrate(core_settings.database_url, "vault", MIGRATIONS)
    opened = connect(core_settings.database_url, "vault")
    with opened.transaction() as transaction:
        transaction.execute(sa.text("TRUNCATE data_keys"))
    yield opened
    opened.close()


@pytest.fixture
def vault(database: Database) -> Vault:
    return Vault(database, KEY)


@pytest.fixture
def elsewhere(database: Database) -> Vault:
    """The vault in another process."""
    return Vault(database, KEY)


def keys_kept(database: Database) -> int:
    with database.transaction() as transaction:
        number: int = transaction.execute(sa.text("SELECT count(*) FROM data_keys")).scalar_one()
    return number


def test_what_is_sealed_opens_in_every_process(vault: Vault, elsewhere: Vault) -> None:
    sealed = vault.seal(ADA, FIELDS, PLACE)

    assert vault.open(ADA, sealed, PLACE) == FIELDS
    assert elsewhere.open(ADA, sealed, PLACE) == FIELDS


def test_nothing_of_it_can_be_read(vault: Vault) -> None:
    sealed = vault.seal(ADA, FIELDS, PLACE)

    raw = base64.urlsafe_b64decode(sealed)
    for value in FIELDS.values():
        assert value.encode() not in raw


def test_the_same_fields_never_look_the_same_twice(vault: Vault) -> None:
    assert len({vault.seal(ADA, FIELDS, PLACE) for _ in range(100)}) == 100


def test_each_person_has_one_key_however_much_is_sealed(vault: Vault, database: Database) -> None:
    vault.seal_many([(ADA, FIELDS), (BEA, FIELDS), (ADA, FIELDS)], PLACE)
    vault.seal(ADA, FIELDS, "another place")

    assert keys_kept(database) == 2


@pytest.mark.parametrize(("who", "where"), [(BEA, PLACE), (ADA, "another place")])
def test_what_was_moved_to_another_person_or_place_does_not_open(vault: Vault, who: str, where: str) -> None:
    sealed = vault.seal(ADA, FIELDS, PLACE)
    vault.seal(BEA, FIELDS, PLACE)

    with pytest.raises((ValueError, Erased)):
        vault.open(who, sealed, where)


def test_what_was_changed_does_not_open(vault: Vault) -> None:
    raw = bytearray(base64.urlsafe_b64decode(vault.seal(ADA, FIELDS, PLACE)))
    raw[-1] ^= 1

    with pytest.raises(ValueError, match="another person or context"):
        vault.open(ADA, base64.urlsafe_b64encode(raw).decode(), PLACE)


@pytest.mark.parametrize("text", ["", "AQ==", "not sealed at all", base64.urlsafe_b64encode(b"\x02" * 60).decode()])
def test_what_was_never_sealed_is_told_from_what_was_erased(vault: Vault, text: str) -> None:
    with pytest.raises(ValueError, match=r"padding|not a sealed text"):
        vault.open(ADA, text, PLACE)


def test_an_erased_person_is_gone_from_every_copy(vault: Vault, database: Database) -> None:
    copies = [(ADA, vault.seal(ADA, FIELDS, PLACE)) for _ in range(3)]
    other = vault.seal(BEA, FIELDS, PLACE)

    assert vault.erase(ADA)

    assert vault.open_many(copies, PLACE) == [None, None, None]
    with pytest.raises(Erased):
        vault.open(*copies[0], PLACE)
    assert vault.open(BEA, other, PLACE) == FIELDS
    assert keys_kept(database) == 1


def test_erasing_somebody_unknown_says_so(vault: Vault) -> None:
    assert not vault.erase(ADA)


def test_an_erasure_takes_hold_in_other_processes_when_they_next_ask(vault: Vault, database: Database) -> None:
    remembers, forgot = Vault(database, KEY, cache_seconds=3600), Vault(database, KEY, cache_seconds=0)
    sealed = vault.seal(ADA, FIELDS, PLACE)
    for one in (remembers, forgot):
        assert one.open(ADA, sealed, PLACE) == FIELDS
    vault.erase(ADA)

    assert remembers.open(ADA, sealed, PLACE) == FIELDS
    with pytest.raises(Erased):
        forgot.open(ADA, sealed, PLACE)


def test_every_process_asks_within_a_minute() -> None:
    assert CACHE_SECONDS <= 60


def test_who_comes_back_after_an_erasure_is_somebody_new(vault: Vault, elsewhere: Vault) -> None:
    """Even in a process that still knows the old key: what is sealed with that, nobody could ever open."""
    old = elsewhere.seal(ADA, FIELDS, PLACE)
    vault.erase(ADA)

    here, there = vault.seal(ADA, FIELDS, PLACE), elsewhere.seal(ADA, FIELDS, PLACE)

    for one in (vault, elsewhere):
        assert one.open_many([(ADA, old), (ADA, here), (ADA, there)], PLACE) == [None, FIELDS, FIELDS]


def test_a_process_that_remembers_the_old_key_finds_the_new_one(vault: Vault, elsewhere: Vault) -> None:
    old = vault.seal(ADA, FIELDS, PLACE)
    assert elsewhere.open(ADA, old, PLACE) == FIELDS
    vault.erase(ADA)
    new = vault.seal(ADA, FIELDS, PLACE)

    assert elsewhere.open(ADA, new, PLACE) == FIELDS


def test_processes_that_make_the_same_keys_at_once_agree(database: Database) -> None:
    people = [f"{number:032x}" for number in range(40)]
    vaults = [Vault(database, KEY) for _ in range(6)]

    with ThreadPoolExecutor(len(vaults)) as threads:
        sealed = list(threads.map(lambda vault: vault.seal_many([(one, FIELDS) for one in people], PLACE), vaults))

    assert keys_kept(database) == 40
    for texts in sealed:
        assert vaults[0].open_many(list(zip(people, texts, strict=True)), PLACE) == [FIELDS] * 40


def test_another_key_encryption_key_opens_nothing(vault: Vault, database: Database) -> None:
    sealed = vault.seal(ADA, FIELDS, PLACE)

    with pytest.raises(ValueError, match="GROUNDSWELL_KEY_ENCRYPTION_KEY"):
        Vault(database, secrets.token_bytes(32)).open(ADA, sealed, PLACE)


def test_the_keys_at_rest_are_wrapped(vault: Vault, database: Database) -> None:
    vault.seal(ADA, FIELDS, PLACE)

    with database.transaction() as transaction:
        row = transaction.execute(sa.text("SELECT * FROM data_keys")).one()

    assert len(row.wrapped_key) == 12 + 32 + 16
