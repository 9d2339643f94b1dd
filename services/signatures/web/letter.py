"""The letter that signing sends, as a page shows it."""

from services.signatures.domain.petition import Petition, PetitionText

# Paragraphs of lines.
Paragraphs = list[list[str]]


def letter(petition: Petition, text: PetitionText) -> Paragraphs:
    """The letter as the first target gets it."""
    target = petition.targets[0]
    body = filled(text.letter_body, target_name=target.name, target_role=target.role)
    return [paragraph.splitlines() for paragraph in body.split("\n\n") if paragraph.strip()]


def letter_subject(petition: Petition, text: PetitionText) -> str:
    """Its subject as the first target gets it."""
    target = petition.targets[0]
    return filled(text.letter_subject, target_name=target.name, target_role=target.role)


def filled(text: str, **fields: str) -> str:
    """A text with what stands in braces filled in."""
    for name, value in fields.items():
        text = text.replace("{" + name + "}", value)
    return text
