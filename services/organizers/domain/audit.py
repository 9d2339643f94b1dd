"""What the audit log tells: who did what, when. Ids and codes only; the log outlives the people in it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# Who acts where no organizer is signed in: an operator at a terminal, or the service itself.
TERMINAL = "terminal"
SERVICE = "organizers"


class Deed(StrEnum):
    """What can be done."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    ORGANIZER_ADDED = "organizer_added"
    ORGANIZER_REMOVED = "organizer_removed"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - not a password
    ERASURE_ASKED = "erasure_asked"
    SUPPORTER_ERASED = "supporter_erased"


@dataclass(frozen=True)
class Entry:
    """One line of the log. `about` is an organizer's or a supporter's id, or nobody's."""

    at: datetime
    by: str
    deed: Deed
    about: str | None
