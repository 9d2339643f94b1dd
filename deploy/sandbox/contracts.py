"""Checks every request that an SDK makes, and every answer the sandbox gives, against the vendors' OpenAPI files.

A request that is refused may well break its contract; one that is taken may not. What a file says nothing of, such as
Twilio's errors, is checked for its shape alone. Checking takes milliseconds, so a thread of its own does it.
"""

import json
import re
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from deploy.sandbox.configuration import ConfigurationIsWrong

# Which file describes the paths that begin so, and the address that it gives them.
FILES = {
    "/2010-04-01/": ("twilio_api_v2010.json", "https://api.twilio.com"),
    "/v3/mail/": ("tsg_mail_v3.json", "https://api.sendgrid.com"),
}
# What SendGrid's reference describes and its file does not: the answer of its own sandbox mode.
DESCRIBED_ELSEWHERE = frozenset((("/v3/mail/send", 200),))
# Where a file contradicts the vendor's own SDK, which sends custom arguments of a whole mail as an object.
CONTRADICTED = re.compile(r"custom_args \{.*\} is not of type 'string'", re.DOTALL)
KEPT = 200
TWILIO_ERROR = {"code": int, "message": str, "more_info": str, "status": int}


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One request and its answer, as they went over the wire."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    content_type: str
    body: bytes
    status: int
    answer_type: str
    answer: bytes


class Contracts:
    """The files, and what broke them. Without files nothing is checked."""

    def __init__(self, specs: Path | None) -> None:
        self._files = {start: _file(specs / name) for start, (name, _) in FILES.items()} if specs else {}
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="contracts")
        self.checked = 0
        self.violations: deque[str] = deque(maxlen=KEPT)
        self.broken = 0

    @property
    def active(self) -> bool:
        """Whether anything is checked."""
        return bool(self._files)

    def look_at(self, exchanged: Exchanged) -> None:
        """Check a request and its answer soon, if a file describes them."""
        start = next((start for start in self._files if exchanged.path.startswith(start)), None)
        if start is not None:
            self._worker.submit(self._check, start, exchanged)

    def settle(self) -> None:
        """Wait until everything so far was checked."""
        self._worker.submit(lambda: None).result()

    def clear(self) -> None:
        """Forget what broke."""
        self.checked = self.broken = 0
        self.violations.clear()

    def close(self) -> None:
        """Check no more."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def as_data(self) -> dict[str, int]:
        """The counts."""
        return {"checked": self.checked, "violations": self.broken}

    def _check(self, start: str, exchanged: Exchanged) -> None:
        self.checked += 1
        for problem in _problems(self._files[start], FILES[start][1], exchanged):
            self.broken += 1
            self.violations.append(f"{exchanged.method} {exchanged.path} ({exchanged.status}): {problem}")


def contracts_middleware(contracts: Contracts) -> Any:
    """The middleware that has every exchange looked at."""

    @web.middleware
    async def look(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        answer = await handler(request)
        if contracts.active and isinstance(answer, web.Response):
            contracts.look_at(_exchanged(request, await request.read(), answer))
        return answer

    return look


def _exchanged(request: web.Request, body: bytes, answer: web.Response) -> Exchanged:
    return Exchanged(
        method=request.method.lower(),
        path=request.path,
        query=tuple(request.query.items()),
        headers=tuple(request.headers.items()),
        content_type=request.content_type,
        body=body,
        status=answer.status,
        answer_type=answer.content_type,
        answer=bytes(answer.body) if isinstance(answer.body, bytes | bytearray) else b"",
    )


@lru_cache
def _file(path: Path) -> Any:
    """An OpenAPI file, loaded once a process. Raises `ConfigurationIsWrong`."""
    try:
        from openapi_core import OpenAPI
    except ImportError:
        raise ConfigurationIsWrong("--check-specs needs openapi-core, which is among the test dependencies") from None
    try:
        # From a dict: its own reader of files takes JSON for YAML and stumbles over escapes.
        return OpenAPI.from_dict(json.loads(path.read_text()))
    except (OSError, json.JSONDecodeError) as error:
        raise ConfigurationIsWrong(f"--check-specs: {path} cannot be read: {error}") from None


def _problems(api: Any, host: str, exchanged: Exchanged) -> list[str]:
    from openapi_core.exceptions import OpenAPIError
    from openapi_core.templating.responses.exceptions import ResponseNotFound

    request, taken, problems = _Request(exchanged, host), exchanged.status < 400, []
    try:
        if taken:
            api.validate_request(request)
    except OpenAPIError as error:
        problems += [f"the request: {one}" for one in _told(error) if not CONTRADICTED.fullmatch(one)]
    try:
        if not (exchanged.status == 204 and not exchanged.answer):
            api.validate_response(request, _Response(exchanged))
    except ResponseNotFound:
        problems += _undescribed(exchanged)
    except OpenAPIError as error:
        # A path or method that the vendor does not have is refused, and has no answer described.
        problems += [f"the answer: {one}" for one in _told(error) if taken]
    return problems


def _undescribed(exchanged: Exchanged) -> list[str]:
    """What is wrong with an answer whose status no file describes."""
    if (exchanged.path, exchanged.status) in DESCRIBED_ELSEWHERE:
        return []
    if exchanged.status < 400:
        return [f"the answer: status {exchanged.status} is not described"]
    if not exchanged.path.startswith("/2010-04-01/"):
        return []
    try:
        error = orjson.loads(exchanged.answer)
    except orjson.JSONDecodeError:
        return ["the error is not JSON"]
    fits = isinstance(error, dict) and all(isinstance(error.get(name), kind) for name, kind in TWILIO_ERROR.items())
    return [] if fits else ["the error has not Twilio's shape"]


def _told(error: Exception) -> list[str]:
    """What is wrong, field by field where the validator says so."""
    cause: BaseException | None = error
    while cause is not None:
        found = getattr(cause, "schema_errors", None)
        if found:
            return [f"{'.'.join(map(str, one.absolute_path))} {one.message}" for one in found]
        cause = cause.__cause__
    return [str(error)]


class _Request:
    """A request as openapi-core wants it."""

    def __init__(self, exchanged: Exchanged, host: str) -> None:
        from openapi_core.datatypes import RequestParameters
        from werkzeug.datastructures import Headers, ImmutableMultiDict

        self.host_url = host
        self.path = exchanged.path
        self.method = exchanged.method
        self.content_type = exchanged.content_type
        self.body = exchanged.body
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(exchanged.query), header=Headers(exchanged.headers), cookie={}, path={}
        )


class _Response:
    """An answer as openapi-core wants it."""

    def __init__(self, exchanged: Exchanged) -> None:
        self.status_code = exchanged.status
        self.data = exchanged.answer
        self.content_type = exchanged.answer_type
        self.headers: dict[str, str] = {}
