"""Telephone numbers as Twilio sees them: which are valid, which it may reach, where they are, and which fail."""

import re
from functools import lru_cache

E164 = re.compile(r"\+[1-9]\d{6,14}")
NORTH_AMERICAN = re.compile(r"\+1[2-9]\d{2}[2-9]\d{6}")

# Area codes of +1 that belong to neither Canada nor the United States; the account has no permission for them.
ABROAD = frozenset(
    "242 246 264 268 284 345 441 473 649 658 664 721 758 767 784 809 829 849 868 869 876".split()  # noqa: SIM905
)

AREA_CODES = {
    "AB": "368 403 587 780 825",
    "BC": "236 250 257 604 672 778",
    "MB": "204 431 584",
    "NB": "428 506",
    "NL": "709 879",
    "NS": "782 902",
    "ON": "226 249 289 343 365 382 416 437 519 548 613 647 683 705 742 753 807 905 942",
    "QC": "263 354 367 418 438 450 468 514 579 581 819 873",
    "SK": "306 474 639",
    "YT": "867",
}
PROVINCE_OF = {code: province for province, codes in AREA_CODES.items() for code in codes.split()}

# What happens to a text to a number that ends in one of these; the rest of 0190 to 0199 is in `REFUSED_TEXTS`.
FAILING_TEXTS = {
    "0191": ("undelivered", 30003),
    "0192": ("undelivered", 30004),
    "0193": ("undelivered", 30005),
    "0194": ("undelivered", 30006),
    "0195": ("undelivered", 30007),
    "0196": ("undelivered", 30008),
    "0197": ("failed", 30001),
    "0198": ("sent", None),
}
REFUSED_TEXTS = {"0190": 21614, "0199": 21610}
FAILING_CALLS = {"0191": "no_answer", "0192": "busy", "0193": "fail"}
REFUSED_CALLS = {"0198": 21214, "0199": 21216}


def is_valid(number: str) -> bool:
    """Whether this is a telephone number in E.164, and a complete one where it is North American."""
    if number.startswith("+1"):
        return NORTH_AMERICAN.fullmatch(number) is not None
    return E164.fullmatch(number) is not None


def is_reachable(number: str) -> bool:
    """Whether this is a Canadian or American number: the account has permission for no other region."""
    return NORTH_AMERICAN.fullmatch(number) is not None and number[2:5] not in ABROAD


@lru_cache(maxsize=1024)
def place_of(area_code: str) -> dict[str, str]:
    """City, state, postal code and country of an area code, as Twilio names them in its webhooks."""
    province = PROVINCE_OF.get(area_code, "")
    return {"City": "", "State": province, "Zip": "", "Country": "CA" if province else "US"}


def places(number_from: str, number_to: str) -> dict[str, str]:
    """The `From…` and `To…` fields about places that go with every webhook."""
    fields = {f"From{name}": value for name, value in place_of(number_from[2:5]).items()}
    return fields | {f"To{name}": value for name, value in place_of(number_to[2:5]).items()}


def readable(number: str) -> str:
    """A number as people write it: (416) 555-0142."""
    return f"({number[2:5]}) {number[5:8]}-{number[8:]}" if NORTH_AMERICAN.fullmatch(number) else number
