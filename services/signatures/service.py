"""The composition root of `signatures`: its routes, reactions, the nightly recount, and how signing is put together."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import cast

from sqlalchemy import Connection

from services.signatures.domain.petition import Petition
from services.signatures.domain.signature import Signature
from services.signatures.storage.recent_petitions import RecentPetitions
from services.signatures.storage.signatures import Signatures
from services.signatures.storage.tables import metadata
from services.signatures.storage.totals import Totals
from services.signatures.use_cases.count import count_added
from services.signatures.use_cases.forget import forget
from services.signatures.use_cases.keep_signatures import Signed, keep_signatures
from services.signatures.use_cases.recount import next_night, recount
from services.signatures.use_cases.sign import Signing, sign, sign_soon
from services.signatures.web.api import make_api
from services.signatures.web.console import make_console
from services.signatures.web.drafts import make_drafts
from services.signatures.web.lanes import make_lanes
from services.signatures.web.pages import make_pages
from services.signatures.web.signers import Sign, SignSoon
from shared.bus.reactions import Reactions, reactions
from shared.commit_together import CommitTogether
from shared.domain_events.envelope import Envelope
from shared.domain_events.organizers import SupporterErased
from shared.domain_events.signatures import SignatureAdded
from shared.due_work import Job
from shared.due_work.loop import Periodic
from shared.observability.tracing import traceparent
from shared.service import Assembly, Backbone, Service


def assemble(backbone: Backbone) -> Assembly:
    """Put the service together."""
    recent = RecentPetitions(backbone.database)
    signing, signing_soon = _signing(backbone, recent)
    return Assembly(
        pages=[make_pages(backbone, recent, signing), make_drafts(backbone), make_console(backbone, recent)],
        api=[make_api(recent, signing)],
        lanes=make_lanes(recent, signing_soon),
        reactions=_reactions(backbone),
        periodic={"recount": _recount(backbone)},
    )


def _signing(backbone: Backbone, recent: RecentPetitions) -> tuple[Sign, SignSoon]:
    """Signing in a thread and on an event loop, with one committer for all who sign in this process."""
    keep = CommitTogether(partial(keep_signatures, database=backbone.database, vault=backbone.vault))

    def find(slug: str) -> Petition | None:
        found = recent.find(slug)
        return found.petition if found else None

    def keep_one(signature: Signature) -> bool:
        return keep(Signed(signature, traceparent()))

    def sign_one(signing: Signing, slug: str) -> None:
        sign(signing, slug, find, keep_one, backbone.fingerprints, backbone.clock())

    async def keep_one_soon(signature: Signature) -> bool:
        return await keep.soon(Signed(signature, traceparent()))

    async def sign_one_soon(signing: Signing, petition: Petition) -> None:
        await sign_soon(signing, petition, keep_one_soon, backbone.fingerprints, backbone.clock())

    return sign_one, sign_one_soon


def _reactions(backbone: Backbone) -> Reactions:
    def count_all(envelopes: Sequence[Envelope], transaction: Connection) -> None:
        added = [cast(SignatureAdded, envelope.event) for envelope in envelopes]
        count_added(added, Signatures(transaction), Totals(transaction), backbone.clock())

    def forget_one(envelope: Envelope, transaction: Connection) -> None:
        erased = cast(SupporterErased, envelope.event)
        forget(erased, Signatures(transaction), Totals(transaction), backbone.clock())

    return reactions({SupporterErased: forget_one}, together={SignatureAdded: count_all})


def _recount(backbone: Backbone) -> Periodic:
    def every_night(job: Job) -> None:
        now = backbone.clock()
        with backbone.database.transaction() as transaction:
            recount(Signatures(transaction), Totals(transaction), now)
            job.postpone(transaction, next_night(now))

    # The job names its own next time; a day is how far apart these are.
    return Periodic(every_night, timedelta(days=1))


service = Service("signatures", assemble, metadata, Path(__file__).parent / "migrations")
