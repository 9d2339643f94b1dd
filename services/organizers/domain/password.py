"""Passwords: which are good enough, and how they are kept.

Length counts, and that nobody guesses it; capitals and signs are up to the person (NIST SP 800-63B, section 5.1.1.2).
"""

import re
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.organizers.domain.account import PasswordIsWeak

SHORTEST = 12
LONGEST = 256
_FEWEST_DIFFERENT = 5
_FEWEST_OF_THEIR_OWN = 5
_SHORTEST_OWN_WORD = 3
# What OWASP's Password Storage Cheat Sheet asks of argon2id where memory is scarce: 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_LOOKALIKES = str.maketrans("01345@$!7", "oleasasit")
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "1234567890", "1q2w3e4r5t6y")
# What the most used passwords are made of, in English and French, and what anybody would try here first.
_COMMON = frozenset(
    re.findall(
        r"\w+",
        """
    admin administrator azerty baseball basketball bienvenue bonjour canada changeme charlie chocolat chocolate computer
    default dragon football freedom groundswell guest hello hockey iloveyou internet jesus jetaime letmein liberte login
    loulou love mariage master migrant migrants monkey motdepasse mustang nicolas ninja ontario organizer owner pass
    password passwort petition princess qazwsx qwerty rally root secret security shadow soleil solidarity starwars
    status student students summer sunshine superman system temp temporary test toronto trustno union vancouver
    welcome winter work workers
    """,
    )
)


def check_password(password: str, *, email: str) -> None:
    """Raises `PasswordIsWeak` for one that is short, common, made of few characters, or of the person's own address."""
    text = _as_one_writes_it(password)
    if len(text) < SHORTEST:
        raise PasswordIsWeak(
            f"the password is too short: use at least {SHORTEST} characters, such as four random words"
        )
    if len(text) > LONGEST:
        raise PasswordIsWeak(f"the password is too long: use at most {LONGEST} characters")
    if len(set(text.casefold())) < _FEWEST_DIFFERENT:
        raise PasswordIsWeak("the password repeats itself: use more different characters")
    if _is_guessable(text.casefold(), email.partition("@")[0].casefold()):
        raise PasswordIsWeak("the password is too easy to guess: use a few words that do not belong together")


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return _HASHER.hash(_bytes(_as_one_writes_it(password)))


def is_password(password: str, kept: str | None) -> bool:
    """Whether it is the one that was kept. Takes as long where nothing was kept, and then is never true."""
    # No longer than any that is kept can be, so that nobody has us work on a book.
    typed = _as_one_writes_it(password)[: LONGEST + 1]
    try:
        _HASHER.verify(kept or _NOBODYS, _bytes(typed))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether it was hashed with other parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def _as_one_writes_it(password: str) -> str:
    """The same for every way in which keyboards write the same letters."""
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    """Never an error: half a character is no letter, but it may be typed."""
    return password.encode("utf-8", "surrogatepass")


def _is_guessable(text: str, own: str) -> bool:
    """Whether few letters are left of it without common words, the person's own address and runs of keys."""
    words = _COMMON | ({own} if len(own) >= _SHORTEST_OWN_WORD else set())
    for reading in (text, text.translate(_LOOKALIKES)):
        rest = reading
        for word in sorted(words, key=len, reverse=True):
            rest = rest.replace(word, " ")
        letters = re.sub(r"[\W\d_]", "", _without_runs(rest))
        if len(letters) < _FEWEST_OF_THEIR_OWN:
            return True
    return False


def _without_runs(text: str) -> str:
    """The text without any four keys in a row, forwards or backwards."""
    for row in _ROWS:
        for keys in (row, row[::-1]):
            for start in range(len(keys) - 3):
                text = text.replace(keys[start : start + 4], " ")
    return text


# What a password is compared with where there is no account.
_NOBODYS = hash_password("nobody has this password")
