"""Tells open pages what has changed, as server-sent events, so that they need no reload."""

import asyncio
from collections.abc import AsyncIterator

# Changes within this time reach a page as one, so that a mass text does not flood it.
GATHERED_SECONDS = 0.1
KEEP_ALIVE_SECONDS = 15.0
MOST_TOPICS = 500


class Listener:
    """One open page: the topics that changed since it was last told."""

    def __init__(self, wanted: frozenset[str]) -> None:
        self.wanted = wanted
        self.changed: set[str] = set()
        self.told = asyncio.Event()


class Live:
    """All open pages. A topic is `phones`, `phone:+1416…`, `inboxes` or `inbox:someone@example.org`."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self.ended = False

    def changed(self, *topics: str) -> None:
        """Tell the pages that show one of the topics."""
        for listener in self._listeners:
            news = listener.wanted.intersection(topics)
            if news and len(listener.changed) < MOST_TOPICS:
                listener.changed |= news
                listener.told.set()

    def end(self) -> None:
        """Let every page go: the sandbox stops."""
        self.ended = True
        for listener in self._listeners:
            listener.told.set()

    async def listen(self, wanted: frozenset[str]) -> AsyncIterator[list[str]]:
        """What changes among the wanted topics, gathered; an empty list from time to time keeps the line open."""
        listener = Listener(wanted)
        self._listeners.add(listener)
        try:
            while not self.ended:
                yield await self._news_for(listener)
        finally:
            self._listeners.discard(listener)

    async def _news_for(self, listener: Listener) -> list[str]:
        try:
            await asyncio.wait_for(listener.told.wait(), KEEP_ALIVE_SECONDS)
        except TimeoutError:
            return []
        await asyncio.sleep(GATHERED_SECONDS)
        listener.told.clear()
        news, listener.changed = sorted(listener.changed), set()
        return news
