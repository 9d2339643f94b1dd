"""Petitions and people that the tests start from."""

from datetime import UTC, datetime
from typing import Any

from services.signatures.domain.petition import Petition, PetitionState, PetitionText, Target
from services.signatures.domain.signature import Consents, Signature, Signer, Source
from shared.identifiers import new_id

NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
SLUG = "fix-pgwp"
CAMPAIGN = "status-for-all"

ENGLISH = PetitionText(
    language="en",
    title="Fix work permits",
    body="We ask for:\n\n1. Renewable permits.\n2. Status for all.",
    letter_subject="Fix work permits",
    letter_body="Dear {target_name},\n\nPlease make permits renewable.",
    thanks="Thank you, {first_name}, for signing {petition_title}.",
)
FRENCH = PetitionText(
    language="fr",
    title="Réparons les permis d’études",
    body="Nous demandons un statut pour toutes et tous.",
    letter_subject="Réparez les permis",
    letter_body="Bonjour {target_name},\n\nRendez les permis renouvelables.",
    thanks="Merci, {first_name}.",
)
TARGETS = (
    Target(id="target-1", role="Prime Minister", name="Jordan Lavoie", email="prime.minister@example.ca"),
    Target(id="target-2", role="Minister of Immigration", name="Ariane Whitfield", email="minister@example.ca"),
)


def petition(**changes: Any) -> Petition:
    """An open petition in two languages."""
    facts: dict[str, Any] = {
        "id": new_id(),
        "slug": SLUG,
        "campaign": CAMPAIGN,
        "texts": (ENGLISH, FRENCH),
        "targets": TARGETS,
        "goal": 20_000,
        "state": PetitionState.OPEN,
        "opened_at": NOON,
    }
    return Petition(**facts | changes)


def signer(**changes: Any) -> Signer:
    """Somebody who can be reached in every way."""
    facts: dict[str, Any] = {
        "name": "Amrit Quaba",
        "postal_code": "M5V2T6",
        "email": "amrit@example.org",
        "phone": "+14165550123",
    }
    return Signer(**facts | changes)


def consents(**changes: Any) -> Consents:
    """Every box ticked."""
    facts: dict[str, Any] = {"email": True, "text": True, "call": True, "wording": "2026-11", "language": "en"}
    return Consents(**facts | changes)


def signature(supporter_id: str = "amrit", under: Petition | None = None, **of_signer: Any) -> Signature:
    """A signature under an open petition."""
    return (under or petition()).sign(signer(**of_signer), supporter_id, "en", consents(), Source.API, NOON)
