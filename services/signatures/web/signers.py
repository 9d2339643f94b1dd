"""Takes a signature from the page and from the API alike, and says what became of it."""

from collections.abc import Awaitable, Callable

from flask_babel import gettext
from werkzeug.exceptions import ServiceUnavailable

from services.signatures.domain.petition import Petition, PetitionIsClosed, PetitionIsUnknown
from services.signatures.use_cases.sign import Signing
from shared.commit_together import TooBusy
from shared.observability.logging import logger
from shared.web.problems import Problem, known_problem

RETRY_AFTER_SECONDS = 5
# Signs the petition of a slug. Raises what `use_cases.sign.sign` raises.
Sign = Callable[[Signing, str], None]
# The same for a coroutine, under a petition that is at hand.
SignSoon = Callable[[Signing, Petition], Awaitable[None]]
log = logger("signatures")


def take(signing: Signing, slug: str, sign: Sign) -> None:
    """Have somebody sign. Raises `Problem` 404 or 410, and 503 where too many sign at once."""
    try:
        sign(signing, slug)
    except TooBusy:
        raise _turned_away(slug) from None
    except PetitionIsUnknown:
        raise known_problem(404) from None
    except PetitionIsClosed:
        raise Problem(
            410, gettext("This petition is closed"), gettext("It takes no more signatures. Thank you all the same.")
        ) from None


async def takes(signing: Signing, petition: Petition, sign: SignSoon) -> bool:
    """Have somebody sign; False where the petition is not open. Raises 503 as `take` does."""
    try:
        await sign(signing, petition)
    except TooBusy:
        raise _turned_away(petition.slug) from None
    except (PetitionIsUnknown, PetitionIsClosed):
        return False
    return True


def _turned_away(slug: str) -> ServiceUnavailable:
    log.warning("turned away", petition=slug)
    return ServiceUnavailable(retry_after=RETRY_AFTER_SECONDS)
