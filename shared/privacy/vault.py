"""The vault: personal data is ciphertext everywhere, and destroying one key erases a person from every copy.

A data key per supporter (AES-256) is kept wrapped by the key-encryption key. `seal` gives text that any service may
store or send; `open` gives the fields back, or raises `Erased`. The supporter's id and the context (where the text
belongs) are authenticated with it, so that ciphertext moved to another person or place does not open.
"""

import base64
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.database import Database
from shared.privacy.tables import data_keys

Fields = Mapping[str, Any]

VERSION = b"\x01"
KEY_BYTES = 32
KEY_ID_BYTES = 8
NONCE_BYTES = 12
TAG_BYTES = 16
SHORTEST = len(VERSION) + KEY_ID_BYTES + NONCE_BYTES + TAG_BYTES
# An erasure must take hold everywhere within a minute, so no process uses a key for longer without asking.
CACHE_SECONDS = 60.0
CACHE_KEYS = 50_000


class Erased(Exception):
    """The supporter was erased: their key is gone, and what was sealed with it cannot be opened."""


@dataclass(frozen=True)
class _Key:
    id: bytes
    cipher: AESGCM
    known_at: float


@dataclass(frozen=True)
class _Packed:
    """The parts of a sealed text: the version, then these."""

    key_id: bytes
    nonce: bytes
    ciphertext: bytes


class Vault:
    """Seals and opens personal data. Safe to share between threads."""

    def __init__(self, database: Database, key_encryption_key: bytes, cache_seconds: float = CACHE_SECONDS) -> None:
        self._database = database
        self._cache_seconds = cache_seconds
        self._wrapping = AESGCM(key_encryption_key)
        self._known: dict[str, _Key] = {}

    def seal(self, supporter_id: str, fields: Fields, context: str) -> str:
        """Ciphertext of one supporter's fields, as URL-safe text. Makes their key where they have none."""
        return self.seal_many([(supporter_id, fields)], context)[0]

    def seal_many(self, people: Sequence[tuple[str, Fields]], context: str) -> list[str]:
        """`seal` for many at once, with one question to the database for all keys."""
        return self.seal_each([(supporter_id, fields, context) for supporter_id, fields in people])

    def seal_each(self, texts: Sequence[tuple[str, Fields, str]]) -> list[str]:
        """`seal` for many at once, each in a context of its own, with one question to the database for all keys.

        It is always asked: with a key that was erased meanwhile, what somebody gives who comes back would be lost.
        """
        keys = self._living_keys({supporter_id for supporter_id, _, _ in texts})
        return [self._encrypt(keys[one], one, fields, context) for one, fields, context in texts]

    def open(self, supporter_id: str, sealed: str, context: str) -> dict[str, Any]:
        """The fields that were sealed. Raises `Erased`."""
        opened = self.open_many([(supporter_id, sealed)], context)[0]
        if opened is None:
            raise Erased(supporter_id)
        return opened

    def open_many(self, people: Sequence[tuple[str, str]], context: str) -> list[dict[str, Any] | None]:
        """`open` for many at once; None stands where a supporter was erased. Raises `ValueError` for a foreign text."""
        texts = [(supporter_id, _unpack(sealed)) for supporter_id, sealed in people]
        keys = self._keys_for(texts)
        return [_decrypt(keys.get(supporter_id), supporter_id, packed, context) for supporter_id, packed in texts]

    def erase(self, supporter_id: str) -> bool:
        """Destroy a supporter's key; whether there was one. Other processes forget it within `CACHE_SECONDS`."""
        with self._database.transaction() as transaction:
            gone = transaction.execute(sa.delete(data_keys).where(data_keys.c.supporter_id == supporter_id))
        # After the commit, as another thread may have asked for it just before.
        self._known.pop(supporter_id, None)
        return gone.rowcount > 0

    def _encrypt(self, key: _Key, supporter_id: str, fields: Fields, context: str) -> str:
        nonce = os.urandom(NONCE_BYTES)
        ciphertext = key.cipher.encrypt(nonce, orjson.dumps(dict(fields)), _bound_to(supporter_id, context))
        return base64.urlsafe_b64encode(VERSION + key.id + nonce + ciphertext).decode()

    def _keys_for(self, texts: Sequence[tuple[str, _Packed]]) -> dict[str, _Key]:
        """The keys at hand that fit, and the others from the database: who was erased and came back has a new one."""
        fresh_after = time.monotonic() - self._cache_seconds
        keys: dict[str, _Key] = {}
        asked_for = set()
        for supporter_id, packed in texts:
            key = self._known.get(supporter_id)
            if key and key.known_at > fresh_after and key.id == packed.key_id:
                keys[supporter_id] = key
            else:
                asked_for.add(supporter_id)
        if asked_for:
            found = self._fetch(asked_for)
            self._remember(found)
            keys |= found
        return keys

    def _living_keys(self, supporter_ids: set[str]) -> dict[str, _Key]:
        """A key of everybody, made where they have none."""
        keys: dict[str, _Key] = {}
        while missing := supporter_ids - keys.keys():
            keys |= self._make(missing)
            # More than one round only where somebody is erased between the two.
            if known := missing - keys.keys():
                keys |= self._fetch(known)
        self._remember(keys)
        return keys

    def _make(self, supporter_ids: set[str]) -> dict[str, _Key]:
        """New keys of those who had none. Most who come to sign are new, so this is asked first."""
        asked_at = time.monotonic()
        fresh = {one: (os.urandom(KEY_ID_BYTES), os.urandom(KEY_BYTES)) for one in supporter_ids}
        offered = [[one, key_id.hex(), self._wrap(one, key).hex()] for one, (key_id, key) in fresh.items()]
        with self._database.statement() as connection:
            made = connection.execute(_MAKE_KEYS, {"offered": orjson.dumps(offered).decode()}).scalars()
        return {one: _key(*fresh[one], asked_at) for one in made}

    def _fetch(self, supporter_ids: set[str]) -> dict[str, _Key]:
        asked_at = time.monotonic()
        with self._database.statement() as connection:
            rows = connection.execute(_FETCH_KEYS, {"ids": list(supporter_ids)}).all()
        return {row.supporter_id: self._unwrap(row.supporter_id, row.key_id, row.wrapped_key, asked_at) for row in rows}

    def _wrap(self, supporter_id: str, key: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._wrapping.encrypt(nonce, key, supporter_id.encode())

    def _unwrap(self, supporter_id: str, key_id: bytes, wrapped: bytes, asked_at: float) -> _Key:
        try:
            key = self._wrapping.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], supporter_id.encode())
        except InvalidTag:
            raise ValueError("the vault's keys were wrapped by another GROUNDSWELL_KEY_ENCRYPTION_KEY") from None
        return _key(key_id, key, asked_at)

    def _remember(self, keys: dict[str, _Key]) -> None:
        if len(self._known) + len(keys) > CACHE_KEYS:
            self._known.clear()
        if len(keys) <= CACHE_KEYS:
            self._known.update(keys)


def _key(id_: bytes, key: bytes, known_at: float) -> _Key:
    return _Key(id_, AESGCM(key), known_at)


def _unpack(sealed: str) -> _Packed:
    raw = base64.urlsafe_b64decode(sealed)
    if raw[:1] != VERSION or len(raw) < SHORTEST:
        raise ValueError("not a sealed text")
    return _Packed(raw[1:9], raw[9:21], raw[21:])


def _decrypt(key: _Key | None, supporter_id: str, packed: _Packed, context: str) -> dict[str, Any] | None:
    if key is None or key.id != packed.key_id:
        return None
    try:
        fields = key.cipher.decrypt(packed.nonce, packed.ciphertext, _bound_to(supporter_id, context))
    except InvalidTag:
        raise ValueError(f"sealed text of another person or context than {context!r}") from None
    opened: dict[str, Any] = orjson.loads(fields)
    return opened


def _bound_to(supporter_id: str, context: str) -> bytes:
    return f"{supporter_id}|{context}".encode()


_FETCH_KEYS = sa.text("SELECT supporter_id, key_id, wrapped_key FROM data_keys WHERE supporter_id = ANY(:ids)")
# In one order, so that two processes that make the same keys at the same moment never wait for each other in a circle.
_MAKE_KEYS = sa.text(
    "INSERT INTO data_keys (supporter_id, key_id, wrapped_key)"
    " SELECT one ->> 0, decode(one ->> 1, 'hex'), decode(one ->> 2, 'hex')"
    " FROM json_array_elements(CAST(:offered AS json)) AS one ORDER BY 1"
    " ON CONFLICT (supporter_id) DO NOTHING RETURNING supporter_id"
)
