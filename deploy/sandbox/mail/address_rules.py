"""How SendGrid takes people: `{"email", "name"}`."""

import re
from typing import Any

from deploy.sandbox.mail.complaints import Complaints

PERSON = frozenset(("email", "name"))
# One @, no spaces or list signs, and a domain with a dot in it; the local part may be in any script.
ADDRESS = re.compile(r"[^\s@<>(),;:\"\[\]\\]{1,64}@(?=.{1,255}$)([^\s@<>(),;:\"\[\]\\.]+\.)+[^\s@<>(),;:\"\[\]\\.]{2,}")


def check_address(person: Any, field: str, complaints: Complaints, *, is_sender: bool = False) -> str | None:
    """Complain about what is wrong with a person; returns the address in lower case where it is right."""
    if not complaints.an_object(person, field, PERSON):
        return None
    _check_name(person.get("name"), field, complaints)
    email = person.get("email")
    if not isinstance(email, str) or not ADDRESS.fullmatch(email) or ".." in email:
        complaints.add(f"{field}.email", "Does not contain a valid address.")
        return None
    if is_sender and not email.isascii():
        complaints.add(f"{field}.email", "Unicode is not supported in the from address.")
        return None
    return email.lower()


def check_people(people: Any, field: str, complaints: Complaints) -> list[str]:
    """Complain about what is wrong with a list of people; returns the addresses that are right, in lower case."""
    if not complaints.a_list(people, field, most=1000):
        return []
    addresses = (check_address(one, f"{field}.{index}", complaints) for index, one in enumerate(people))
    return [address for address in addresses if address]


def _check_name(name: Any, field: str, complaints: Complaints) -> None:
    if name is not None and not isinstance(name, str):
        complaints.add(f"{field}.name", "The name must be a string.")
    elif name and any(sign in name for sign in ";,\r\n"):
        complaints.add(f"{field}.name", "The name must not contain a semicolon, a comma or a line break.")
