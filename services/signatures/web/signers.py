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
        sign(signing, slug)
    except PetitionIsUnknown:
        raise known_problem(404) from None
    except PetitionIsClosed:
        raise Problem(
            410, gettext("This petition is closed"), gettext("It takes no more signatures. Thank you all the same.")
        ) from None
    except TooBusy:
        log.warning("turned away", petition=slug)
        raise ServiceUnavailable(retry_after=RETRY_AFTER_SECONDS) from None
