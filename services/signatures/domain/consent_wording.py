"""What a supporter reads beside each tick, in every version that was ever shown.

A consent is evidence only with the words that were agreed to (CASL, section 10: the purpose, who asks, and that it can
be withdrawn). A version is never changed: new words are a new version, and the old one stays here.
"""

from dataclasses import dataclass

CURRENT = "2026-11"


@dataclass(frozen=True, kw_only=True)
class ConsentWording:
    """The words of one version in one language, a sentence a channel."""

    version: str
    language: str
    email: str
    text: str
    call: str


WORDINGS = (
    ConsentWording(
        version="2026-11",
        language="en",
        email=(
            "E-mail me about this campaign and what comes next. I can unsubscribe at any time, with the link in every"
            " e-mail."
        ),
        text="Text me about this campaign and actions near me. I can stop it at any time by replying STOP.",
        call=(
            "Call me when it is time to ring my MP's office, and connect me. I can stop it at any time by replying"
            " STOP."
        ),
    ),
    ConsentWording(
        version="2026-11",
        language="fr",
        email=(
            "Écrivez-moi par courriel au sujet de cette campagne et de ses suites. Je peux me désabonner en tout temps"
            " grâce au lien présent dans chaque courriel."
        ),
        text=(
            "Envoyez-moi des textos au sujet de cette campagne et des actions près de chez moi. Je peux y mettre fin en"
            " tout temps en répondant ARRET."
        ),
        call=(
            "Appelez-moi quand il sera temps de joindre le bureau de mon député ou de ma députée, et mettez-nous en"
            " communication. Je peux y mettre fin en tout temps en répondant ARRET."
        ),
    ),
)
VERSIONS = tuple(dict.fromkeys(wording.version for wording in WORDINGS))


def consent_wording(language: str, version: str = CURRENT) -> ConsentWording:
    """The words of a version in a language, or else in the first one it has. Raises `KeyError` for no such version."""
    of_version = [wording for wording in WORDINGS if wording.version == version]
    if not of_version:
        raise KeyError(version)
    return next((wording for wording in of_version if wording.language == language), of_version[0])
