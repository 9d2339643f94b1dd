"""What is wrong with a request to SendGrid: it names every field at once.

https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors
"""

from typing import Any

HELP = "https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors"


class MailIsRefused(Exception):
    """A request that SendGrid would refuse: the HTTP status and the errors of its answer."""

    def __init__(self, status: int, errors: list[dict[str, Any]]) -> None:
        super().__init__("; ".join(str(one["message"]) for one in errors))
        self.status = status
        self.errors = errors


def refusal(status: int, message: str, field: str | None = None) -> MailIsRefused:
    """A refusal with one error."""
    return MailIsRefused(status, [{"message": message, "field": field, "help": None}])


class Complaints:
    """Collects what is wrong, field by field."""

    def __init__(self) -> None:
        self._errors: list[dict[str, Any]] = []

    def add(self, field: str, message: str) -> None:
        """Note an error about a field, such as `personalizations.0.to`."""
        self._errors.append({"message": message, "field": field, "help": HELP})

    def raise_if_any(self) -> None:
        """Raise `MailIsRefused` with everything that was noted."""
        if self._errors:
            raise MailIsRefused(400, self._errors)

    def an_object(self, value: Any, field: str, known: frozenset[str] | None = None) -> bool:
        """Whether a value is an object with no other keys than the known ones; complains where not."""
        if not isinstance(value, dict):
            self.add(field, f"The {field} value must be an object.")
            return False
        for name in sorted(set(value) - known) if known is not None else ():
            self.add(field, f"Additional property {name} is not allowed")
        return True

    def a_list(self, value: Any, field: str, most: int | None = None) -> bool:
        """Whether a value is a list of at most so many; complains where not."""
        if not isinstance(value, list):
            self.add(field, f"The {field} value must be an array.")
            return False
        if most is not None and len(value) > most:
            self.add(field, f"The {field} value has {len(value)} items; at most {most} are allowed.")
        return True

    def some_text(self, value: Any, field: str, longest: int | None = None) -> bool:
        """Whether a value is a text with at least one character; complains where not."""
        if not isinstance(value, str) or not value:
            self.add(field, f"The {field} value must be a string at least one character in length.")
            return False
        if longest is not None and len(value) > longest:
            self.add(field, f"The {field} value must not be longer than {longest} characters.")
        return True

    def texts_by_name(self, value: Any, field: str) -> bool:
        """Whether a value is an object of nothing but strings; complains where not."""
        if not self.an_object(value, field):
            return False
        for name, text in value.items():
            if not isinstance(text, str):
                self.add(f"{field}.{name}", f"The {field} values must be strings.")
        return True
