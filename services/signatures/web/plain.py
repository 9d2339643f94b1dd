"""Reads what most people send who sign, in a tenth of the time that marshmallow takes.

It comes to what the schemas come to, or to nothing: what is missing, unusual or wrong is theirs to read, and to say so.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson

from services.signatures.domain.consent_wording import VERSIONS
from services.signatures.use_cases.sign import Signing
from services.signatures.web.schemas import CHANNELS, signing_by_api, signing_on_page
from shared.privacy.addresses import AddressIsInvalid, email_address, phone_number, postal_code
from shared.web.languages import LANGUAGES
from shared.web.schemas import LONGEST_ADDRESS, is_plain_name

_OF_SIGNER = frozenset({"name", "email", "phone", "postal_code", "language"})
_OF_SIGNATURE = _OF_SIGNER | {"consents"}
_OF_CONSENTS = frozenset({*CHANNELS, "wording", "language"})
_TICKS = tuple(f"consent_{channel}" for channel in CHANNELS)
_OF_FORM = _OF_SIGNER.union(_TICKS, {"wording", "wording_language"})
_ADDRESSES = {"email": email_address, "phone": phone_number, "postal_code": postal_code}


class NotPlain(Exception):
    """Only the schema can tell."""


def plain_signing_by_api(body: bytes) -> Signing | None:
    """What a request says; None where only the schema can tell."""
    try:
        return signing_by_api(signature_values(orjson.loads(body)))
    except (NotPlain, AddressIsInvalid, orjson.JSONDecodeError):
        return None


def plain_signing_on_page(body: bytes) -> Signing | None:
    """What the page's form says; None where only the schema can tell."""
    try:
        sent = parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict")
        return signing_on_page(form_values(sent))
    except (NotPlain, AddressIsInvalid, ValueError):
        return None


def signature_values(given: Any) -> dict[str, Any]:
    """What `SignatureSchema` loads. Raises `NotPlain` or `AddressIsInvalid`."""
    _need(type(given) is dict and given.keys() <= _OF_SIGNATURE)
    consents = given.get("consents")
    return _signer(given) | {"consents": None if consents is None else _consents(consents)}


def form_values(sent: list[tuple[str, str]]) -> dict[str, Any]:
    """What `SigningForm` loads of what is filled in. Raises `NotPlain` or `AddressIsInvalid`."""
    given = {name: value for name, value in sent if value.strip()}
    _need(len({name for name, _ in sent}) == len(sent) and given.keys() <= _OF_FORM)
    ticked = {name: given.get(name) for name in _TICKS}
    _need(all(tick in (None, "true") for tick in ticked.values()))
    _need(given.get("wording") in VERSIONS and given.get("wording_language") in LANGUAGES)
    words = {name: given[name] for name in ("wording", "wording_language")}
    return _signer(given) | {name: tick == "true" for name, tick in ticked.items()} | words


def _signer(given: Mapping[str, Any]) -> dict[str, Any]:
    name, language = given.get("name"), given.get("language")
    _need(type(name) is str and is_plain_name(name))
    # Without one it is the request's, which only Flask can tell.
    _need(language in LANGUAGES)
    addresses = {kind: _address(kind, given.get(kind)) for kind in _ADDRESSES}
    _need(addresses["postal_code"] and (addresses["email"] or addresses["phone"]))
    return {"name": name, "language": language, **addresses}


def _address(kind: str, given: Any) -> str | None:
    if given is None:
        return None
    _need(type(given) is str and len(given) <= LONGEST_ADDRESS)
    return _ADDRESSES[kind](given)


def _consents(given: Any) -> dict[str, Any]:
    _need(type(given) is dict and given.keys() <= _OF_CONSENTS)
    ticked = {channel: given.get(channel, False) for channel in CHANNELS}
    _need(all(type(tick) is bool for tick in ticked.values()))
    wording, language = given.get("wording"), given.get("language")
    _need(wording in VERSIONS and language in LANGUAGES)
    return {**ticked, "wording": wording, "language": language}


def _need(holds: object) -> None:
    if not holds:
        raise NotPlain
