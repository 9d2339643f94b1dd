"""Links that hand a petition on: plain links, so that nobody is told who looks at the page."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask_babel import gettext


@dataclass(frozen=True)
class Share:
    """Where a petition can be handed on, and the link that opens it there with the words filled in."""

    where: str
    link: str


def shares(title: str, address: str) -> list[Share]:
    """Every way there is, the one most used by those we work with first."""
    words = gettext("I signed “%(title)s”. Will you sign too?", title=title)
    together = f"{words} {address}"
    mail = urlencode({"subject": title, "body": together}, quote_via=quote)
    return [
        Share("WhatsApp", f"https://wa.me/?{urlencode({'text': together})}"),
        Share("Facebook", f"https://www.facebook.com/sharer/sharer.php?{urlencode({'u': address})}"),
        Share("X", f"https://x.com/intent/post?{urlencode({'text': words, 'url': address})}"),
        Share(gettext("E-mail"), f"mailto:?{mail}"),
    ]
