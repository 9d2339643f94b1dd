"""An organizer's hands: signs in to the console and fills in its forms over HTTP, as a browser would."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import requests

_CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
TIMEOUT_SECONDS = 30
Fields = Mapping[str, str | Sequence[str]]


class ConsoleRefused(Exception):
    """The console did not do what was asked; the text says which form, the status, and what it complained of."""


@dataclass(frozen=True)
class Counted:
    """What the console says an announcement will do, before it is confirmed."""

    texts: int
    emails: int
    rings: int
    sentence: str


@dataclass(frozen=True)
class Words:
    """An announcement in one language."""

    language: str
    text: str
    subject: str
    body: str


@dataclass(frozen=True)
class Announcement:
    """What goes out with something, and to whom."""

    campaign: str
    channels: tuple[str, ...]
    words: tuple[Words, ...]

    def fields(self) -> dict[str, str | Sequence[str]]:
        """The form's fields."""
        written = {
            f"wording_{one.language}_{part}": value
            for one in self.words
            for part, value in (("text", one.text), ("subject", one.subject), ("body", one.body))
        }
        return {"channels": list(self.channels), "audience_campaign": self.campaign, **written}


class Console:
    """One signed-in session."""

    def __init__(self, public_url: str) -> None:
        self._url = public_url
        self._session = requests.Session()
        self._session.headers["Accept-Language"] = "en"

    def sign_in(self, email: str, password: str) -> None:
        """Begin the session. Raises `ConsoleRefused`."""
        self._send("/console/sign-in", "/console/sign-in", {"email": email, "password": password})

    def keep_draft(self, kind: str, fields: Fields) -> None:
        """Keep a draft of a `petitions`, `events` or `call-campaigns` form. Raises `ConsoleRefused`."""
        self._send(f"/console/{kind}/new", f"/console/{kind}", fields)

    def confirm(self, kind: str, slug: str, action: str, announcement: Announcement | None) -> Counted:
        """Count an announcement on the review page, and confirm it with what was counted. Raises `ConsoleRefused`."""
        page = f"/console/{kind}/{slug}/review"
        fields = announcement.fields() if announcement else {}
        token, counted = self._count(page, fields) if announcement else ("", Counted(0, 0, 0, ""))
        self._send(page, f"/console/{kind}/{slug}/{action}", {**fields, "counted": token})
        return counted

    def act(self, page: str, action: str, fields: Fields | None = None) -> None:
        """Send a form of a page. Raises `ConsoleRefused`."""
        self._send(page, action, fields or {})

    def read(self, page: str) -> str:
        """A page of the console as HTML. Raises `ConsoleRefused`."""
        answer = self._session.get(self._url + page, timeout=TIMEOUT_SECONDS)
        if answer.status_code != 200:
            raise ConsoleRefused(f"{page} answers {answer.status_code}")
        return answer.text

    def _count(self, page: str, fields: Fields) -> tuple[str, Counted]:
        answer = self._session.post(
            f"{self._url}/console/audiences/count",
            data=dict(fields),
            headers={"X-CSRFToken": self._token(page), "Accept": "application/json"},
            timeout=TIMEOUT_SECONDS,
        )
        if answer.status_code != 200:
            raise ConsoleRefused(f"counting answers {answer.status_code}: {answer.text[:300]}")
        counted: dict[str, Any] = answer.json()
        numbers = Counted(counted["texts"], counted["emails"], counted["rings"], counted["sentence"])
        return str(counted["token"]), numbers

    def _send(self, page: str, action: str, fields: Fields) -> None:
        form = {**fields, "csrf_token": self._token(page)}
        answer = self._session.post(self._url + action, data=form, allow_redirects=False, timeout=TIMEOUT_SECONDS)
        if answer.status_code not in (302, 303):
            raise ConsoleRefused(f"{action} answers {answer.status_code}: {_complaints(answer.text)}")

    def _token(self, page: str) -> str:
        found = _CSRF.search(self.read(page))
        if found is None:
            raise ConsoleRefused(f"{page} has no form")
        return found[1]


def _complaints(html: str) -> str:
    """What a page says is wrong, without its markup."""
    text = re.sub(r"<(script|style|head).*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).strip()[:400]
