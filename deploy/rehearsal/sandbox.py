"""The sandbox's control API, as the rehearsal uses it: what telephones do by themselves, and what arrived where."""

from collections.abc import Iterator, Mapping
from typing import Any

import requests

TIMEOUT_SECONDS = 30
PAGE = 1000
Script = dict[str, Any]


class Sandbox:
    """A running sandbox."""

    def __init__(self, url: str) -> None:
        self._api = f"{url}/sandbox/api"
        self._session = requests.Session()

    def hurry(self, speed: float) -> float:
        """Have time pass that much faster; how fast it passed before."""
        before = float(self._ask("GET", "/pace")["speed"])
        self._ask("PATCH", "/pace", {"speed": speed})
        return before

    def script(self, phones: Mapping[str, Script]) -> None:
        """Say what these telephones do when they are texted or called."""
        self._ask("PUT", "/scripts", {"phones": dict(phones)})

    def counts(self) -> dict[str, Any]:
        """Everything that the sandbox counts."""
        return self._ask("GET", "/counts")

    def violations(self) -> dict[str, Any]:
        """How many requests and answers were checked against the vendors' own files, and which broke them."""
        return self._ask("GET", "/violations")

    def texts_until_now(self) -> int:
        """The position after the newest text."""
        return int(self._ask("GET", "/texts", params={"limit": 0})["next"])

    def emails_until_now(self) -> int:
        """The position after the newest e-mail."""
        return int(self._ask("GET", "/emails", params={"limit": 0})["next"])

    def texts(self, since: int) -> Iterator[dict[str, Any]]:
        """Every text from a position on, oldest first."""
        return self._pages("texts", since)

    def emails(self, since: int) -> Iterator[dict[str, Any]]:
        """Every e-mail from a position on, oldest first."""
        return self._pages("emails", since)

    def _pages(self, what: str, since: int) -> Iterator[dict[str, Any]]:
        while True:
            page = self._ask("GET", f"/{what}", params={"since": since, "limit": PAGE})
            yield from page[what]
            if len(page[what]) < PAGE:
                return
            since = page["next"]

    def _ask(
        self, method: str, path: str, body: Script | None = None, params: Mapping[str, int] | None = None
    ) -> dict[str, Any]:
        answer = self._session.request(method, self._api + path, json=body, params=params, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found
