"""Takes a signature from the page and from the API alike, and says what became of it."""

from collections.abc import Callable

from flask_babel import gettext
from werkzeug.exceptions import ServiceUnavailable

from services.signatures.domain.petition import PetitionIsClosed, PetitionIsUnknown
from services.signatures.storage.commit_together import TooBusy
from services.signatures.use_cases.sign import Signing
from shared.observability.logging import logger
from shared.web.problems import Problem, known_problem

RETRY_AFTER_SECONDS = 5
# Signs the petition of a slug. Raises what `use_cases.sign.sign` raises.
Sign = Callable[[Signing, str], None]
log = logger("signatures")


def take(signing: Signing, slug: str, sign: Sign) -> None:
    """Have somebody sign. Raises `Problem` 404 or 410, and 503 where too many sign at once."""
    try:
        _sign_or_turn_away(signing, slug, sign)
    except PetitionIsUnknown:
        raise known_problem(404) from None
    except PetitionIsClosed:
        raise Problem(
            410, gettext("This petition is closed"), gettext("It takes no more signatures. Thank you all the same.")
        ) from None


def takes(signing: Signing, slug: str, sign: Sign) -> bool:
    """Have somebody sign; False where there is no such petition, or none that is open. Raises 503 as `take` does."""
    try:
        _sign_or_turn_away(signing, slug, sign)
    except (PetitionIsUnknown, PetitionIsClosed):
        return False
    return True


def _sign_or_turn_away(signing: Signing, slug: str, sign: Sign) -> None:
    try:
        sign(signing, slug)
    except TooBusy:
        log.warning("turned away", petition=slug)
        raise ServiceUnavailable(retry_after=RETRY_AFTER_SECONDS) from None
