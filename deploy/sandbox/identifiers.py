"""Identifiers in the vendors' forms, random so that no two runs share one."""

import base64
import os


def message_sid(media: bool = False) -> str:
    """The identifier of a text; one with media starts with MM."""
    return ("MM" if media else "SM") + os.urandom(16).hex()


def call_sid() -> str:
    """The identifier of a call, or of one leg of it."""
    return "CA" + os.urandom(16).hex()


def message_id() -> str:
    """SendGrid's X-Message-Id: 22 characters that are safe in an address."""
    return base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip("=")


def delivery_token() -> str:
    """What marks the repetitions of one webhook as the same one."""
    return os.urandom(16).hex()
