"""The vault: personal data is ciphertext everywhere, and destroying one key erases a person from every copy.

A data key per supporter (AES-256) is kept wrapped by the key-encryption key. `seal` gives text that any service may
store or send; `open` gives the fields back, or raises `Erased`. The supporter's id and the context (where the text
belongs) are authenticated with it, so that ciphertext moved to another person or place does not open.
"""

import base64
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.dialects import postgresql

from shared.database import Database
from shared.privacy.tables import data_keys

Fields = Mapping[str, Any]

VERSION = b"\x01"
KEY_ID_BYTES = 8
NONCE_BYTES = 12
# An erasure must take hold everywhere within a minute, so no process keeps a key for longer.
CACHE_SECONDS = 60.0
CACHE_KEYS = 50_000


class Erased(Exception):
    """The supporter was erased: their key is gone, and what was sealed with it cannot be opened."""


@dataclass(frozen=True)
class _Key:
    id: bytes
    cipher: AESGCM
    known_at: float


class Vault:
    """Seals and opens personal data. Safe to share between threads."""

    def __init__(self, database: Database, key_encryption_key: bytes) -> None:
        self._database = database
        self._wrapping = AESGCM(key_encryption_key)
        self._known: dict[str, _Key] = {}

    def seal(self, supporter_id: str, fields: Fields, context: str) -> str:
        """Ciphertext of one supporter's fields, as URL-safe text. Makes their key where they have none."""
        return self.seal_many([(supporter_id, fields)], context)[0]

    def seal_many(self, people: Sequence[tuple[str, Fields]], context: str) -> list[str]:
        """`seal` for many at once, with one question to the database for all keys not at hand."""
        keys = self._keys({supporter_id for supporter_id, _ in people}, make=True)
        return [self._encrypt(keys[supporter_id], supporter_id, fields, context) for supporter_id, fields in people]

    def open(self, supporter_id: str, sealed: str, context: str) -> dict[str, Any]:
        """The fields that were sealed. Raises `Erased`."""
        opened = self.open_many([(supporter_id, sealed)], context)[0]
        if opened is None:
            raise Erased(supporter_id)
        return opened

    def open_many(self, people: Sequence[tuple[str, str]], context: str) -> list[dict[str, Any] | None]:
        """`open` for many at once; None stands where a supporter was erased."""
        keys = self._keys({supporter_id for supporter_id, _ in people}, make=False)
        return [self._decrypt(keys.get(supporter_id), supporter_id, sealed, context) for supporter_id, sealed in people]

    def erase(self, supporter_id: str) -> bool:
        """Destroy a supporter's key; whether there was one. Other processes forget it within `CACHE_SECONDS`."""
        self._known.pop(supporter_id, None)
        with self._database.transaction() as transaction:
            gone = transaction.execute(sa.delete(data_keys).where(data_keys.c.supporter_id == supporter_id))
            return gone.rowcount > 0

    def _encrypt(self, key: _Key, supporter_id: str, fields: Fields, context: str) -> str:
        nonce = os.urandom(NONCE_BYTES)
        ciphertext = key.cipher.encrypt(nonce, orjson.dumps(dict(fields)), _bound_to(supporter_id, context))
        return base64.urlsafe_b64encode(VERSION + key.id + nonce + ciphertext).decode()

    def _decrypt(self, key: _Key | None, supporter_id: str, sealed: str, context: str) -> dict[str, Any] | None:
        raw = base64.urlsafe_b64decode(sealed)
        key_id, nonce, ciphertext = raw[1:9], raw[9:21], raw[21:]
        if key is None or key.id != key_id:
            return None
        try:
            fields: dict[str, Any] = orjson.loads(
                key.cipher.decrypt(nonce, ciphertext, _bound_to(supporter_id, context))
            )
        except InvalidTag:
            raise ValueError(f"sealed text of another person or context than {context!r}") from None
        return fields

    def _keys(self, supporter_ids: Iterable[str], *, make: bool) -> dict[str, _Key]:
        wanted = set(supporter_ids)
        fresh_after = time.monotonic() - CACHE_SECONDS
        known = {one: self._known.get(one) for one in wanted}
        keys = {one: key for one, key in known.items() if key and key.known_at > fresh_after}
        missing = wanted - keys.keys()
        if missing:
            found = self._fetch_or_make(missing) if make else self._fetch(missing)
            self._remember(found)
            keys |= found
        return keys

    def _fetch(self, supporter_ids: set[str]) -> dict[str, _Key]:
        listed = sa.any_(sa.bindparam("ids", list(supporter_ids), type_=postgresql.ARRAY(sa.Text)))
        question = sa.select(data_keys.c.supporter_id, data_keys.c.key_id, data_keys.c.wrapped_key)
        with self._database.transaction() as transaction:
            rows = transaction.execute(question.where(data_keys.c.supporter_id == listed)).all()
        return {row.supporter_id: self._unwrap(row.supporter_id, row.key_id, row.wrapped_key) for row in rows}

    def _fetch_or_make(self, supporter_ids: set[str]) -> dict[str, _Key]:
        # In one order, so that two processes that make the same keys never wait for each other in a circle.
        fresh = [(one, os.urandom(KEY_ID_BYTES), self._wrap(one, os.urandom(32))) for one in sorted(supporter_ids)]
        with self._database.transaction() as transaction:
            made = transaction.execute(
                _MAKE_KEYS, dict(zip(("ids", "key_ids", "wrapped"), map(list, zip(*fresh, strict=True)), strict=True))
            )
            new = {row.supporter_id for row in made}
        keys = {one: self._unwrap(one, key_id, wrapped) for one, key_id, wrapped in fresh if one in new}
        existing = supporter_ids - new
        return keys | (self._fetch(existing) if existing else {})

    def _wrap(self, supporter_id: str, key: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._wrapping.encrypt(nonce, key, supporter_id.encode())

    def _unwrap(self, supporter_id: str, key_id: bytes, wrapped: bytes) -> _Key:
        try:
            key = self._wrapping.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], supporter_id.encode())
        except InvalidTag:
            raise ValueError("the vault's keys were wrapped by another GROUNDSWELL_KEY_ENCRYPTION_KEY") from None
        return _Key(key_id, AESGCM(key), time.monotonic())

    def _remember(self, keys: dict[str, _Key]) -> None:
        if len(self._known) + len(keys) > CACHE_KEYS:
            self._known.clear()
        self._known.update(keys)


def _bound_to(supporter_id: str, context: str) -> bytes:
    return f"{supporter_id}|{context}".encode()


_MAKE_KEYS = sa.text(
    "INSERT INTO data_keys (supporter_id, key_id, wrapped_key)"
    " SELECT * FROM unnest(CAST(:ids AS text[]), CAST(:key_ids AS bytea[]), CAST(:wrapped AS bytea[]))"
    " ON CONFLICT (supporter_id) DO NOTHING RETURNING supporter_id"
)
