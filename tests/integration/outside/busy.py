"""A stack under load: a whole campaign is played on it, and meanwhile a crowd goes on signing."""

import os
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from deploy.local.stack import as_module
from deploy.rehearsal.campaign import CALL_IN_DAY, FIX_PGWP, GATHERINGS
from deploy.rehearsal.console import Console
from deploy.rehearsal.forms import (
    Named,
    call_campaign_form,
    call_to_action,
    gathering_form,
    invitation,
    petition_form,
)
from deploy.rehearsal.people import Supporter, invent
from deploy.rehearsal.place import Place
from deploy.rehearsal.sandbox import Sandbox
from deploy.rehearsal.scripts import scripts
from deploy.rehearsal.signing import sign_all, total_of
from deploy.sandbox.represent.postal_codes import NORMAL, codes_of
from tests.faults.crowd import Crowd
from tests.fixtures.stack import RunningStack
from tests.fixtures.waiting import wait_until

SPEED = 20.0
# As many as reach the first milestone; among them some who answer YES, STOP and CALL.
PLAYING = 110
# A dozen a second, for as long as the tests here may take at most.
SIGNING_ON = 2_000
PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class Busy:
    """The stack, the campaign that is played on it, and since when."""

    stack: RunningStack
    slug: str
    console: Console
    people: list[Supporter]
    since_milliseconds: int

    @property
    def brokers(self) -> str:
        """Where Kafka is."""
        return self.stack.settings["GROUNDSWELL_KAFKA"]

    def play(self) -> None:
        """All that an organizer opens and announces; the people do what they have planned."""
        named, now = Named(self.slug, self.slug), datetime.now(UTC)
        self.console.keep_draft("petitions", petition_form(FIX_PGWP, named))
        self.console.confirm("petitions", self.slug, "open", None)
        assert sign_all(self.stack.public_url, self.slug, self.people) == PLAYING
        wait_until(lambda: total_of(self.stack.public_url, self.slug) >= PLAYING)
        self.console.keep_draft("events", gathering_form(GATHERINGS[0], named, now.date()))
        self.console.confirm("events", self.slug, "schedule", invitation(self.slug))
        self.console.keep_draft("call-campaigns", call_campaign_form(CALL_IN_DAY, named, now, "Students United"))
        self.console.confirm("call-campaigns", self.slug, "launch", call_to_action(self.slug))

    def end(self) -> None:
        """Call off, end and close what was played, and erase somebody."""
        petition, event, calls = (f"/console/{kind}/{self.slug}" for kind in ("petitions", "events", "call-campaigns"))
        self.console.act(f"{event}/cancel", f"{event}/cancel")
        self.console.act(calls, f"{calls}/end")
        self.console.act(petition, f"{petition}/close", {"reason": "won"})
        somebody = next(one for one in self.people if one.email)
        command = as_module("shared.command_line", "erase", "--email", str(somebody.email))
        subprocess.run(command, env={**os.environ, **self.stack.settings}, check=True, capture_output=True)


@contextmanager
def busy_stack(stack: RunningStack) -> Iterator[Busy]:
    """The stack with its campaign under way, until the end of the block."""
    place, slug = Place(stack.settings, stack.folder), f"outside-{secrets.token_hex(3)}"
    people, more = (invent(count, codes_of(NORMAL), first=place.take_people(count)) for count in (PLAYING, SIGNING_ON))
    sandbox = Sandbox(stack.sandbox_url)
    sandbox.hurry(SPEED)
    sandbox.script(scripts(people))
    console = Console(stack.public_url)
    console.sign_in(*place.add_organizer())
    busy = Busy(stack, slug, console, people, int(time.time() * 1000))
    busy.play()
    others = petition_form(FIX_PGWP, Named(f"{slug}-too", slug))
    console.keep_draft("petitions", others)
    console.confirm("petitions", f"{slug}-too", "open", None)
    with Crowd(f"{stack.public_url}/petitions/{slug}-too/signatures", more, PAUSE_SECONDS) as crowd:
        crowd.wait_for_more(1)
        yield busy
