"""An e-mail: one template for all who read the same words, and what differs from person to person."""

import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup

from services.notifications.domain.delivery import Kind
from services.notifications.domain.sources import Sources
from services.notifications.domain.wording import fields_in, fill, one_line
from services.notifications.providers.ports import Email, EmailTemplate
from services.notifications.storage.deliveries import Due
from services.notifications.use_cases.render import (
    LINKS,
    NoWords,
    Person,
    Sender,
    own_fields,
    petition_text_of,
    shared_fields,
    wording_of,
)
from shared.web.markdown import markdown

TEMPLATES = Path(__file__).parent.parent / "web" / "templates"
# While Markdown is made into HTML, a field that is an address stands as one that cannot exist (RFC 2606).
_STANDS_FOR = "https://field.invalid/"
_FIELD_AS_TARGET = re.compile(r"\]\(\s*\{([a-z_]+)\}\s*\)")
_FIELD = re.compile(r"\{([a-z_]+)\}")
# Where only plain text is shown, `[words](address)` reads better as `words: address`.
_LINK = re.compile(r"(?<!!)\[([^\]\n]+)\]\(\s*([^)\s]+)\s*\)")
_CHROME = {
    "en": {
        "unsubscribe": "Unsubscribe",
        "why": "You get this because you agreed to be e-mailed by {organization}.",
        "thanks_subject": "Thank you for signing: {title}",
        "share": "Ask others to sign",
    },
    "fr": {
        "unsubscribe": "Se désabonner",
        "why": "Vous recevez ceci parce que vous avez accepté les courriels de {organization}.",
        "thanks_subject": "Merci d’avoir signé : {title}",
        "share": "Invitez d’autres personnes à signer",
    },
}


@dataclass(frozen=True)
class Words:
    """The words of an e-mail before anything is filled in; `body` is Markdown."""

    language: str
    subject: str
    body: str


@dataclass(frozen=True)
class Rendered:
    """A template that is filled in but for the `names` that differ from person to person."""

    language: str
    template: EmailTemplate
    names: frozenset[str]


def render_template(due: Due, sources: Sources, sender: Sender) -> Rendered:
    """The e-mail as it is for all who read the same words. Raises `NoWords`."""
    words = _words(due, sources)
    fields = shared_fields(due, sources, sender, words.language)
    chrome = _chrome(words.language)
    around = {
        "subject": words.subject,
        "language": words.language,
        "organization": sender.organization,
        "address": sender.address,
        "site": sender.settings.public_url,
        "why": fill(chrome["why"], {"organization": sender.organization}),
        "unsubscribe": chrome["unsubscribe"],
    }
    text = _template("message.txt", around | {"body": _LINK.sub(r"\1: \2", words.body.strip())})
    page = _template("message.html", around | {"body": _as_html(words.body)})
    template = EmailTemplate(
        subject=fill(one_line(words.subject), fields),
        text=fill(text, fields),
        html=fill(page, {name: html.escape(value) for name, value in fields.items()}),
        from_name=sender.organization,
        category=due.delivery.kind,
    )
    names = fields_in(template.subject) | fields_in(template.text) | fields_in(template.html)
    return Rendered(words.language, template, frozenset(names))


def render_email(rendered: Rendered, due: Due, person: Person, sources: Sources, sender: Sender) -> Email:
    """What differs for one person. Their mail program offers to unsubscribe with one click (RFC 8058)."""
    names = rendered.names | {"unsubscribe_link"}
    fields = own_fields(names, due, person, sources, sender, rendered.language)
    return Email(
        delivery_id=str(due.delivery.id),
        to=person["email"],
        fields=fields,
        headers={
            "List-Unsubscribe": f"<{fields['unsubscribe_link']}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def _words(due: Due, sources: Sources) -> Words:
    if due.delivery.kind == Kind.THANKS:
        petition = petition_text_of(due, sources)
        chrome = _chrome(petition.language)
        body = f"{petition.thanks.strip()}\n\n[{chrome['share']}]({{link}})"
        words = Words(petition.language, chrome["thanks_subject"], body)
    else:
        wording = wording_of(due, sources)
        words = Words(wording.language, wording.email_subject, wording.email_body)
    if not words.subject.strip() or not words.body.strip():
        raise NoWords(str(due.delivery.id))
    return words


def _as_html(body: str) -> Markup:
    """Markdown as HTML, in which fields still stand in braces, and those that are addresses are links."""
    targeted = _FIELD_AS_TARGET.sub(lambda found: f"]({_STANDS_FOR}{found[1]})", body)
    linked = _FIELD.sub(lambda found: f"<{_STANDS_FOR}{found[1]}>" if found[1] in LINKS else found[0], targeted)
    made = re.sub(re.escape(_STANDS_FOR) + r"([a-z_]+)", r"{\1}", str(markdown(linked)))
    return Markup(made)  # noqa: S704 - `markdown` has made it safe; what is filled in is escaped


def _chrome(language: str) -> dict[str, str]:
    return _CHROME.get(language, _CHROME["en"])


def _template(name: str, context: dict[str, Any]) -> str:
    return _ENVIRONMENT.get_template(f"notifications/email/{name}").render(context)


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=select_autoescape(("html",)),
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
