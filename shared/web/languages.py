"""Which language a request is answered in, and the words of every installed service in it.

Translations are read from the .po files when the app starts, so that there is nothing to compile and nothing to forget.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol, TypeVar

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, Domain, get_locale

LANGUAGES = ("en", "fr")
# How each language names itself, for the switch on every page.
NAMES = {"en": "English", "fr": "Français"}
OWN_TRANSLATIONS = Path(__file__).parent / "translations"


class InALanguage(Protocol):
    """Anything that is written in one language."""

    @property
    def language(self) -> str: ...


T = TypeVar("T", bound=InALanguage)


def translatable(text: str) -> str:
    """Mark a text that is translated later, when it is shown."""
    return text


def request_language() -> str:
    """The language of the answer: the one asked for in the address, or the browser's first that is spoken here."""
    if not has_request_context():
        return LANGUAGES[0]
    if "language" not in g:
        asked = request.args.get("lang")
        g.language = asked if asked in LANGUAGES else request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])
    language: str = g.language
    return language


def in_language(texts: Sequence[T], language: str) -> T:
    """The text in a language, or else the first. Raises `IndexError` where there are none."""
    return next((text for text in texts if text.language == language), texts[0])


class PoFiles(Domain):  # type: ignore[misc]
    """The translations of some folders, each laid out as `<language>/LC_MESSAGES/messages.po`."""

    def __init__(self, folders: Iterable[Path]) -> None:
        super().__init__()
        wanted = list(folders)
        self._read = {language: _read(wanted, language) for language in LANGUAGES}

    def get_translations(self) -> NullTranslations:
        """The translations for this request's language."""
        locale = get_locale()
        return self._read[locale.language] if locale else NullTranslations()


def register_languages(app: Flask, folders: Iterable[Path]) -> None:
    """Speak every language of the folders, beside those of the shared pages."""
    babel = Babel(app, locale_selector=lambda: f"{request_language()}_CA")
    babel.domain_instance = PoFiles([OWN_TRANSLATIONS, *folders])
    app.url_defaults(_keep_language)
    app.context_processor(lambda: {"language": request_language(), "languages": NAMES})


def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    """A language that was chosen by hand goes with every link."""
    if request and request.args.get("lang") in LANGUAGES and not endpoint.endswith("static"):
        values.setdefault("lang", request.args["lang"])


def _read(folders: Sequence[Path], language: str) -> NullTranslations:
    """The words of every folder in one language, as one catalogue; the first folder that has a message keeps it."""
    merged = Catalog(locale=language)
    for folder in folders:
        path = folder / language / "LC_MESSAGES" / "messages.po"
        if path.exists():
            for message in _messages(path, language):
                merged[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return Translations(compiled)


def _messages(path: Path, language: str) -> list[Message]:
    with path.open("rb") as file:
        return [message for message in read_po(file, locale=language) if message.id and message.string]
