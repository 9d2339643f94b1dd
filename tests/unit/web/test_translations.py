"""Every text of every page can be read in French."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from shared.web.languages import OWN_TRANSLATIONS

ROOT = Path(__file__).parents[3]
SERVICES = sorted(path.parent for path in ROOT.glob("services/*/web"))
KEYWORDS = {**DEFAULT_KEYWORDS, "translatable": None, "later": None}
_FIELD = re.compile(r"%\((\w+)\)s")
TextId = str | tuple[str, ...]


@pytest.mark.parametrize("folder", [ROOT / "shared" / "web", *SERVICES], ids=lambda path: str(path.relative_to(ROOT)))
def test_every_text_has_french(folder: Path) -> None:
    own = folder if folder.name == "web" else folder / "web"
    french = _french(OWN_TRANSLATIONS) | _french(own / "translations")

    untranslated = [text for text in _texts_in(folder) if not _is_whole(french.get(_first(text)), text)]

    assert untranslated == []


@pytest.mark.parametrize("folder", [ROOT / "shared" / "web", *SERVICES], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_french_is_left_of_a_text_that_is_gone(folder: Path) -> None:
    own = folder if folder.name == "web" else folder / "web"

    left = set(_french(own / "translations")) - {_first(text) for text in _texts_in(folder)}

    assert left == set()


@pytest.mark.parametrize("folder", [ROOT / "shared" / "web", *SERVICES], ids=lambda path: str(path.relative_to(ROOT)))
def test_french_fills_in_what_english_does(folder: Path) -> None:
    own = folder if folder.name == "web" else folder / "web"

    differing = [
        text
        for text, message in _french(own / "translations").items()
        if any(_fields(one) != _fields(text) for one in _strings(message))
    ]

    assert differing == []


def _texts_in(folder: Path) -> list[TextId]:
    """Every text that the code and the templates of a folder mark for translation."""
    found = extract_from_dir(
        folder,
        [("**.py", "python"), ("**.html", "jinja2")],
        options_map={"**.html": {"silent": "false", "newstyle_gettext": "true"}},
        keywords=KEYWORDS,
    )
    return sorted({text for _, _, text, _, _ in found}, key=str)


def _french(translations: Path) -> dict[str, Message]:
    path = translations / "fr" / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {_first(message.id): message for message in read_po(file, locale="fr") if message.id}


def _first(text: TextId | list[str]) -> str:
    return text if isinstance(text, str) else text[0]


def _is_whole(message: Message | None, text: TextId) -> bool:
    if message is None or message.fuzzy:
        return False
    # One text for one and for many, as French has both.
    return len(_strings(message)) == (1 if isinstance(text, str) else 2) and all(_strings(message))


def _strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def _fields(text: str) -> set[str]:
    return set(_FIELD.findall(text))
