"""The lanes of signing and of the total, which answer what their views would; see `shared.web.lanes`."""

from functools import lru_cache

import orjson
from werkzeug.utils import redirect

from services.signatures.domain.petition import PetitionState
from services.signatures.storage.petitions import CountedPetition
from services.signatures.storage.recent_petitions import RecentPetitions
from services.signatures.web.plain import plain_signing_by_api, plain_signing_on_page
from services.signatures.web.signers import Sign, takes
from shared.web.lanes import FORM_TYPE, JSON_TYPE, Lane, Plain

TO_THE_VISITOR = ("Cache-Control", "private, no-cache")
FOR_A_SECOND = ("Cache-Control", "public, max-age=1")


def make_lanes(recent: RecentPetitions, sign: Sign) -> list[Lane]:
    """Beside `/petitions/<slug>/signatures`, `/petitions/<slug>/sign` and `/petitions/<slug>/count.json`."""

    def by_api(slug: str, body: bytes) -> Plain | None:
        signing = plain_signing_by_api(body)
        return signed(slug) if signing and takes(signing, slug, sign) else None

    def on_page(slug: str, body: bytes) -> Plain | None:
        signing = plain_signing_on_page(body)
        return thanked(slug) if signing and takes(signing, slug, sign) else None

    def count(slug: str, _: bytes) -> Plain | None:
        found = recent.find(slug)
        return total(found) if found and found.petition.state == PetitionState.OPEN else None

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
