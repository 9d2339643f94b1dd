"""What an organizer approved to be sent because of a domain event, and whom to."""

from dataclasses import dataclass

from shared.domain_events.envelope import about, one_of

CHANNELS = ("text", "email", "ring")


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who is meant. Every criterion given must hold; an empty audience is everybody with a consent.

    Criteria are codes, never words about a person.
    """

    campaign: str | None = about("Only those who took part in this campaign.", default=None)
    petitions: tuple[str, ...] = about("Only those who signed one of these petitions (slugs).", default=())
    provinces: tuple[str, ...] = about("Only those in these provinces (two letters).", default=())
    ridings: tuple[str, ...] = about("Only those in these ridings (ids).", default=())
    languages: tuple[str, ...] = about("Only those who read one of these languages.", default=())


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The words of an announcement in one language, with `{fields}` in braces that the sender fills in."""

    language: str = about("ISO 639-1.")
    text: str = about("The text message.", default="")
    email_subject: str = about("The subject of the e-mail.", default="")
    email_body: str = about("The e-mail, in Markdown.", default="")


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """The messages that an event sets off: exactly what the organizer saw counted and confirmed."""

    audience: Audience = about("Whom it is for.")
    channels: tuple[str, ...] = about("Of `text`, `email` and `ring`.", each=one_of(*CHANNELS))
    wordings: tuple[Wording, ...] = about("One per language; the first is the fallback.")
    counted_texts: int = about("How many texts the organizer was told this sends.")
    counted_emails: int = about("How many e-mails the organizer was told this sends.")
    counted_rings: int = about("How many telephones the organizer was told this rings.")
    approved_by: str = about("The organizer's id.")
