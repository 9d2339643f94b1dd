"""What a draft will look like to supporters and to those it is addressed to."""

from dataclasses import dataclass

from services.signatures.domain.petition import Petition, PetitionText
from services.signatures.web.letter import Paragraphs, filled, letter, letter_subject

# Somebody who signs, for the example.
FIRST_NAME = "Amrit"


@dataclass(frozen=True)
class Preview:
    """A petition in one language, with everything in braces filled in for an example."""

    text: PetitionText
    letter_subject: str
    letter: Paragraphs
    thanks: str


def preview(petition: Petition, text: PetitionText) -> Preview:
    """The letter as the first target gets it, and the thanks as somebody called Amrit gets them."""
    return Preview(
        text=text,
        letter_subject=letter_subject(petition, text),
        letter=letter(petition, text),
        thanks=filled(text.thanks, first_name=FIRST_NAME, petition_title=text.title),
    )
