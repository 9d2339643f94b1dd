"""E-mail addresses, telephone numbers and postal codes in the one form in which they are compared and stored."""

import re

import phonenumbers
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

# Canada Post: D, F, I, O, Q and U never occur, and W and Z never come first.
_POSTAL_CODE = re.compile(r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z]\d[ABCEGHJ-NPRSTV-Z]\d", re.ASCII)
# A tag follows a name: a local part that begins with + is a name of its own.
_PLUS_TAG = re.compile(r"(?<=.)\+.*$", re.DOTALL)
# Providers that deliver to the same mailbox whatever dots its name is written with.
_DOTLESS = {"gmail.com"}
_SAME_PROVIDER = {"googlemail.com": "gmail.com"}
# North American Numbering Plan: neither area code nor exchange begins with 0 or 1.
_NORTH_AMERICA, _NORTH_AMERICAN = 1, re.compile(r"[2-9]\d{2}[2-9]\d{6}")
# Most addresses and numbers are as plain as these, and cost a tenth of what the libraries take to come to the same.
_PLAIN_EMAIL = re.compile(
    r"([\w%+-]+(?:\.[\w%+-]+)*)@((?:[a-z\d]+(?:-[a-z\d]+)*\.)+([a-z]{2,}))", re.ASCII | re.IGNORECASE
)
# No name in it, nor the part before the @, can be too long.
_PLAIN_EMAIL_LENGTH = 63
_NOWHERE = frozenset(name.rpartition(".")[2] for name in SPECIAL_USE_DOMAIN_NAMES)
_PLAIN_PHONE = re.compile(r"(?:\+?1[ .-]?)?(?:(\d{3})|\((\d{3})\))[ .-]?(\d{3})[ .-]?(\d{4})", re.ASCII)


class AddressIsInvalid(ValueError):
    """The text is not an address of its kind."""


def email_address(text: str) -> str:
    """An address as it is written to: syntax checked, domain in lower case. Raises `AddressIsInvalid`."""
    plain = _PLAIN_EMAIL.fullmatch(text) if len(text) <= _PLAIN_EMAIL_LENGTH else None
    if plain and plain[3].lower() not in _NOWHERE:
        return f"{plain[1]}@{plain[2].lower()}"
    return _any_email_address(text)


def _any_email_address(text: str) -> str:
    try:
        # Strict: mail servers need not take a local part of more than 64 bytes (RFC 5321, 4.5.3.1.1).
        return validate_email(text.strip(), check_deliverability=False, allow_smtputf8=True, strict=True).normalized
    except EmailNotValidError as error:
        raise AddressIsInvalid(str(error)) from None


def canonical_email(address: str) -> str:
    """The mailbox behind an address, for telling people apart: no tag, no case, no dots where they do not count."""
    # Not casefold: it makes ss of ß, and those are two domains (RFC 5891).
    local, _, domain = address.lower().rpartition("@")
    domain = _SAME_PROVIDER.get(domain, domain)
    local = _PLUS_TAG.sub("", local)
    if domain in _DOTLESS:
        local = local.replace(".", "")
    return f"{local}@{domain}"


def phone_number(text: str, region: str = "CA") -> str:
    """A telephone number in E.164, read as a Canadian would write it. Raises `AddressIsInvalid`."""
    plain = _PLAIN_PHONE.fullmatch(text) if region == "CA" else None
    digits = "".join(filter(None, plain.groups())) if plain else ""
    return f"+1{digits}" if _NORTH_AMERICAN.fullmatch(digits) else _any_phone_number(text, region)


def _any_phone_number(text: str, region: str) -> str:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise AddressIsInvalid(str(error)) from None
    possible = phonenumbers.is_possible_number_with_reason(number)
    # Without its area code a number is possible too, but only for a neighbour.
    if number.extension or possible != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise AddressIsInvalid("not a telephone number that can be texted")
    if number.country_code == _NORTH_AMERICA and not _NORTH_AMERICAN.fullmatch(str(number.national_number)):
        raise AddressIsInvalid("no telephone of North America has such a number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def postal_code(text: str) -> str:
    """A Canadian postal code as six capital characters. Raises `AddressIsInvalid`."""
    # Keyboards of many scripts have digits of their own.
    code = re.sub(r"\d", lambda digit: str(int(digit[0])), re.sub(r"[\s-]", "", text)).upper()
    if not _POSTAL_CODE.fullmatch(code):
        raise AddressIsInvalid("not a Canadian postal code such as M5V 2T6")
    return code
