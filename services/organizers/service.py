"""The composition root of `organizers`: its routes, jobs and commands."""

from functools import partial
from pathlib import Path

from services.organizers.commands import commands
from services.organizers.storage.erasures import ERASE
from services.organizers.storage.people import People
from services.organizers.storage.tables import metadata
from services.organizers.use_cases.erase import Erase
from services.organizers.use_cases.forget_old import EVERY, forget_old
from services.organizers.use_cases.look_after_accounts import LookAfterAccounts
from services.organizers.use_cases.sign_in import SignIn
from services.organizers.web.owners import owner_pages
from services.organizers.web.sessions import session_pages
from shared.bus.reactions import reactions
from shared.due_work.loop import DueWork, Periodic
from shared.service import Assembly, Backbone, Service


def assemble(backbone: Backbone) -> Assembly:
    """Put the service together."""
    database, vault, prints, clock = backbone.database, backbone.vault, backbone.fingerprints, backbone.clock
    people = People(vault, prints)
    accounts = LookAfterAccounts(database, people, clock)
    erase = Erase(database, vault, prints, clock)
    jobs = {ERASE: erase.carry_out}
    return Assembly(
        reactions=reactions({}),
        pages=[
            session_pages(SignIn(database, people, prints, clock), clock),
            owner_pages(database, erase, accounts),
        ],
        jobs=jobs,
        periodic={"forget_old": Periodic(partial(forget_old, database=database, clock=clock), EVERY)},
        commands=commands(accounts, erase, DueWork("organizers", database, jobs, {}).step),
    )


service = Service("organizers", assemble, metadata, Path(__file__).parent / "migrations")
