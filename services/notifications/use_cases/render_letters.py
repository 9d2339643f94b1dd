"""A letter: what a target reads when somebody signs.

It comes from our own domain, as mail that claims another's is not delivered, in the signer's name; an answer goes to
the signer where they gave an address. A target sees the signer's name and that address, and nothing else of them.
"""

from services.notifications.domain.delivery import Kind
from services.notifications.domain.sources import Sources
from services.notifications.domain.wording import fill, full_name, one_line
from services.notifications.providers.ports import Email, EmailTemplate
from services.notifications.storage.deliveries import Due
from services.notifications.use_cases.render import NoWords, Person, Sender, petition_text_of

_A_SUPPORTER = {"en": "A supporter", "fr": "Une personne solidaire"}
_SENT_THROUGH = {"en": "Sent through {organization}.", "fr": "Envoyé par l’entremise de {organization}."}


def render_letter(due: Due, person: Person, sources: Sources, sender: Sender) -> tuple[EmailTemplate, Email]:
    """The letter of one signer to one target, in plain text. Raises `NoWords`."""
    text, target = petition_text_of(due, sources), sources.target(due.delivery)
    if target is None or not text.letter_subject.strip() or not text.letter_body.strip():
        raise NoWords(str(due.delivery.id))
    fields = {"target_name": one_line(target.name), "target_role": one_line(target.role)}
    signer = full_name(person) or _A_SUPPORTER.get(text.language, _A_SUPPORTER["en"])
    through = _SENT_THROUGH.get(text.language, _SENT_THROUGH["en"])
    body = f"{fill(text.letter_body, fields).strip()}\n\n{signer}\n\n"
    template = EmailTemplate(
        subject=fill(one_line(text.letter_subject), fields),
        text=body + fill(through, {"organization": sender.organization}) + "\n",
        html="",
        from_name=f"{signer} via {sender.organization}",
        reply_to=person.get("email") or None,
        reply_to_name=signer,
        category=Kind.LETTER,
    )
    return template, Email(delivery_id=str(due.delivery.id), to=target.email, to_name=target.name)
