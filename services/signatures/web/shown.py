"""A petition as a page shows it: in one language, with its total and what the total grows towards."""

from dataclasses import dataclass

from services.signatures.domain.petition import Petition, PetitionState, PetitionText
from services.signatures.storage.petitions import CountedPetition
from shared.web.languages import in_language
from shared.web.problems import known_problem


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a template needs of one petition. `text.language` is that of its words, where another was asked for."""

    petition: Petition
    text: PetitionText
    total: int
    goal: int

    @property
    def is_open(self) -> bool:
        """Whether it can be signed."""
        return self.petition.state == PetitionState.OPEN


def seen_by_supporters(found: CountedPetition | None) -> CountedPetition:
    """A petition that supporters may see. Raises `Problem` 404 for a draft as for none at all."""
    if found is None or found.petition.state == PetitionState.DRAFT:
        raise known_problem(404)
    return found


def show(counted: CountedPetition, language: str) -> Shown:
    """A petition in a language, or in the first one it has."""
    petition = counted.petition
    return Shown(
        petition=petition,
        text=in_language(petition.texts, language),
        total=counted.total,
        goal=petition.goal_at(counted.total),
    )
