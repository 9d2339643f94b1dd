"""The unsubscribe button of a mail program: one POST to the address in the header, as RFC 8058 has it."""

import re

from deploy.sandbox.mail.emails import Email
from deploy.sandbox.posting import Connections, NotConnected

BODY = b"List-Unsubscribe=One-Click"
_ADDRESS = re.compile(r"<(https?://[^>]+)>")


class NoOneClick(Exception):
    """The e-mail has no such button, or nobody answers it; the text says which."""


def one_click_address(email: Email) -> str | None:
    """Where the button posts to; None where the two headers do not offer it."""
    headers = {name.lower(): value for name, value in email.headers.items()}
    if headers.get("list-unsubscribe-post", "").replace(" ", "") != BODY.decode():
        return None
    address = _ADDRESS.search(headers.get("list-unsubscribe", ""))
    return address[1] if address else None


async def unsubscribe_at_once(email: Email) -> int:
    """Press the button; returns the HTTP status. Without cookies or redirects. Raises `NoOneClick`."""
    address = one_click_address(email)
    if address is None:
        raise NoOneClick("the e-mail has no List-Unsubscribe header with one-click")
    connections = Connections()
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "Mail program"}
        return (await connections.send("POST", address, headers, BODY)).status
    except NotConnected as error:
        raise NoOneClick(f"{address} does not answer: {error}") from None
    finally:
        connections.close()
