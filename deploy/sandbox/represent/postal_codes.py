"""The sample postal codes, each for something that a rehearsal or a test wants to see."""

from collections.abc import Mapping
from dataclasses import dataclass

from deploy.sandbox.represent.directory import RIDINGS, WITHOUT_TELEPHONE

# A code of which Represent knows nothing: it answers 404.
UNKNOWN_POSTAL_CODE = "X0X9Z9"
NORMAL, SPANNING, SUPERSEDED, VACANT, NO_TELEPHONE = "normal", "spanning", "superseded", "vacant", "no_telephone"


@dataclass(frozen=True)
class PostalCode:
    """A postal code: where it is, the ridings it lies in, and what is special about it.

    `kind` is `normal`, `spanning` (two ridings), `superseded` (one of today's, and one of an order that has passed),
    `vacant` (nobody sits for the riding) or `no_telephone` (no office of the member can be rung).
    """

    code: str
    ridings: tuple[str, ...]
    kind: str = NORMAL

    @property
    def city(self) -> str:
        """The city of its first riding."""
        return RIDINGS[self.ridings[0]].city

    @property
    def province(self) -> str:
        """The province of its first riding."""
        return RIDINGS[self.ridings[0]].province

    @property
    def reaches_an_office(self) -> bool:
        """Whether it leads to just one member who can be rung."""
        return self.kind in (NORMAL, SUPERSEDED)


_NORMAL = {
    "10901": "A1C9Z9",
    "11901": "C1A9Z9",
    "12901": "B3H9Z9",
    "13901": "E1C9Z9",
    "24901": "H2T9Z9",
    "24902": "H7N9Z9",
    "24903": "G1R9Z9",
    "24904": "J8X9Z9",
    "24905": "J1H9Z9",
    "35901": "M5S9Z9",
    "35902": "M5J9Z9",
    "35903": "L4T9Z9",
    "35904": "L6Z9Z9",
    "35905": "K1N9Z9",
    "35906": "L8P9Z9",
    "35907": "N6A9Z9",
    "35908": "P3E9Z9",
    "46901": "R3B9Z9",
    "46902": "R7A9Z9",
    "47901": "S7K9Z9",
    "48901": "T2P9Z9",
    "48902": "T6E9Z9",
    "59901": "V5Y9Z9",
    "59902": "V3T9Z9",
    "59903": "V9A9Z9",
    "60901": "Y1A9Z9",
    "61901": "X1A9Z9",
    "62901": "X0A9Z9",
}
_SPECIAL = (
    PostalCode("M5R9Z9", ("35901", "35902"), SPANNING),
    PostalCode("H3L9Z9", ("24901", "24902"), SPANNING),
    PostalCode("L5M9Z9", ("35903",), SUPERSEDED),
    PostalCode("S4S9Z9", ("47902",), VACANT),
    PostalCode("B1P9Z9", (WITHOUT_TELEPHONE,), NO_TELEPHONE),
)

SAMPLE_POSTAL_CODES: Mapping[str, PostalCode] = {
    one.code: one for one in (*(PostalCode(code, (riding,)) for riding, code in _NORMAL.items()), *_SPECIAL)
}


def codes_of(kind: str) -> tuple[str, ...]:
    """The sample codes of a kind."""
    return tuple(one.code for one in SAMPLE_POSTAL_CODES.values() if one.kind == kind)
