"""Loads the demo's campaign into a fresh stack: through the console's forms, the public API and the sandbox's phones.

What an organizer would do is done in the console; what supporters would do, by their invented telephones. So whatever
the demo shows has gone the whole way.
"""

import subprocess
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from deploy.local.settings import DEMO_EMAIL, DEMO_PASSWORD
from deploy.local.stack import as_module
from deploy.rehearsal.campaign import CALL_IN_DAY, CAMPAIGN, GATHERINGS, PETITIONS
from deploy.rehearsal.console import Console
from deploy.rehearsal.forms import Named, call_campaign_form, call_to_action, gathering_form, invitation, petition_form
from deploy.rehearsal.people import Supporter, invent
from deploy.rehearsal.place import DEMO_PEOPLE
from deploy.rehearsal.sandbox import Sandbox
from deploy.rehearsal.scripts import scripts
from deploy.rehearsal.signing import sign_all, total_of
from deploy.sandbox.represent.postal_codes import NORMAL, codes_of

SPEED = 20.0
WITHIN_SECONDS = 90.0
# One that was held, with what came of it, and one that waits in the console to be launched by whoever tries the demo.
HELD, TO_LAUNCH = "call-in-day", "second-call-in-day"
# With this one, the board of the day that was held shows every end that a call can have.
SEED = 2165
Settings = Mapping[str, str]


def load_demo(public_url: str, settings: Settings, sandbox_url: str) -> None:
    """Load it. Raises `ConsoleRefused`, or `TimeoutError` where what follows from a step does not come."""
    _add_organizer(settings)
    console, sandbox = Console(public_url), Sandbox(sandbox_url)
    console.sign_in(settings[DEMO_EMAIL], settings[DEMO_PASSWORD])
    people = invent_demo()
    speed = sandbox.hurry(SPEED)
    sandbox.script(scripts(people))
    for petition in PETITIONS:
        console.keep_draft("petitions", petition_form(petition, Named(petition.slug, CAMPAIGN)))
        console.confirm("petitions", petition.slug, "open", None)
        sign_all(public_url, petition.slug, people)
        _wait_until_counted(public_url, petition.slug)
    for number, gathering in enumerate(GATHERINGS):
        named = Named(gathering.slug, CAMPAIGN)
        console.keep_draft("events", gathering_form(gathering, named, datetime.now(UTC).date()))
        # The first brings people together; the others are there to be found.
        console.confirm("events", gathering.slug, "schedule", None if number else invitation(CAMPAIGN))
    _hold_call_in_day(console, settings)
    sandbox.hurry(speed)


def invent_demo() -> list[Supporter]:
    """The people of the demo."""
    return invent(DEMO_PEOPLE, codes_of(NORMAL), seed=SEED)


def _add_organizer(settings: Settings) -> None:
    adding = ("organizer", "add", "--email", settings[DEMO_EMAIL], "--name", "Demo", "--role", "owner")
    command = as_module("shared.command_line", *adding, "--password-stdin")
    subprocess.run(command, env=dict(settings), input=settings[DEMO_PASSWORD] + "\n", text=True, check=True)


def _hold_call_in_day(console: Console, settings: Settings) -> None:
    caller = settings["GROUNDSWELL_ORGANIZATION_NAME"]
    for slug in (HELD, TO_LAUNCH):
        form = call_campaign_form(CALL_IN_DAY, Named(slug, CAMPAIGN), datetime.now(UTC), caller)
        console.keep_draft("call-campaigns", form)
    console.confirm("call-campaigns", HELD, "launch", call_to_action(CAMPAIGN))


def _wait_until_counted(public_url: str, petition: str) -> None:
    deadline = time.monotonic() + WITHIN_SECONDS
    while total_of(public_url, petition) < DEMO_PEOPLE:
        if time.monotonic() > deadline:
            raise TimeoutError("the demo's signatures are not counted")
        time.sleep(0.1)
