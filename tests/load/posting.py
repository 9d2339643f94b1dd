"""The limit of sending: a loop of urllib3, as it comes, that posts what is ready-made."""

import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import urllib3

from tests.load.provider import Request

# urllib3 says these itself.
_ITS_OWN = ("Host", "Content-Length", "Accept-Encoding")


def post_all(url: str, requests: Sequence[Request], connections: int) -> float:
    """Post every request once, over so many connections with a thread each; the seconds it took."""
    pool = urllib3.connection_from_url(url, maxsize=connections, block=True, retries=False)
    waiting = deque((one.path, _headers(one), one.body.encode()) for one in requests)
    with ThreadPoolExecutor(connections) as threads:
        began = time.monotonic()
        posting = [threads.submit(_post_on, pool, waiting) for _ in range(connections)]
        for one in posting:
            one.result()
        return time.monotonic() - began


def _post_on(pool: urllib3.HTTPConnectionPool, waiting: "deque[tuple[str, dict[str, str], bytes]]") -> None:
    while waiting:
        try:
            path, headers, body = waiting.popleft()
        except IndexError:
            return
        answer = pool.urlopen("POST", path, body=body, headers=headers)
        assert answer.status in (201, 202), answer.status


def _headers(request: Request) -> dict[str, str]:
    return {name: value for name, value in request.headers.items() if name.title() not in _ITS_OWN}
