"""The lanes of signing and of the total, which answer what their views would; see `shared.web.lanes`."""

from functools import lru_cache

import orjson
from werkzeug.utils import redirect

from services.signatures.storage.petitions import CountedPetition
from services.signatures.storage.recent_petitions import RecentPetitions
from services.signatures.use_cases.sign import Signing
from services.signatures.web.plain import plain_signing_by_api, plain_signing_on_page
from services.signatures.web.signers import SignSoon, takes
from shared.web.lanes import FORM_TYPE, JSON_TYPE, Asked, Lane, Plain

TO_THE_VISITOR = ("Cache-Control", "private, no-cache")
FOR_A_SECOND = ("Cache-Control", "public, max-age=1")


def make_lanes(recent: RecentPetitions, sign: SignSoon) -> list[Lane]:
    """Beside `/petitions/<slug>/signatures`, `/petitions/<slug>/sign` and `/petitions/<slug>/count.json`."""

    async def by_api(asked: Asked) -> Plain | None:
        return signed(asked.varying) if await taken(asked.varying, plain_signing_by_api(asked.body)) else None

    async def on_page(asked: Asked) -> Plain | None:
        return thanked(asked.varying) if await taken(asked.varying, plain_signing_on_page(asked.body)) else None

    async def taken(slug: str, signing: Signing | None) -> bool:
        at_hand = recent.at_hand(slug)
        return bool(signing and at_hand and await takes(signing, at_hand.petition, sign))

    async def count(asked: Asked) -> Plain | None:
        at_hand = recent.at_hand(asked.varying)
        return total(at_hand) if at_hand else None

    return [
        Lane("signatures_api.add_signature", by_api, JSON_TYPE),
        Lane("signatures.sign_petition", on_page, FORM_TYPE),
        Lane("signatures_api.count", count),
    ]


def signed(slug: str) -> Plain:
    """The API's answer to whoever signs, the first time and the second."""
    body = orjson.dumps({"petition": slug, "status": "signed"})
    return Plain(201, body, (("Content-Type", JSON_TYPE), TO_THE_VISITOR))


def total(counted: CountedPetition) -> Plain:
    """The API's answer to how many have signed."""
    body = {"petition": counted.petition.slug, "total": counted.total, "counted_at": counted.counted_at}
    return Plain(200, orjson.dumps(body), (("Content-Type", JSON_TYPE), FOR_A_SECOND))


@lru_cache(maxsize=64)
def thanked(slug: str) -> Plain:
    """The page's answer: go on to the thanks."""
    made = redirect(f"/petitions/{slug}/thanks", 303)
    kept = [(name, value) for name, value in made.headers if name != "Content-Length"]
    return Plain(303, made.get_data(), (*kept, TO_THE_VISITOR))
