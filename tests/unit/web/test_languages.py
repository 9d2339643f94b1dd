"""Which language a request is answered in, and where its words come from."""

from pathlib import Path

import pytest
from flask import Flask
from flask_babel import gettext, ngettext

from shared.domain_events.announcement import Wording
from shared.web.languages import OWN_TRANSLATIONS, PoFiles, in_language, register_languages
from tests.unit.web.sample import sample_app, visit


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("fr", "fr"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("en-CA,en;q=0.9,fr;q=0.8", "en"),
        ("pa-IN,pa;q=0.9,fr;q=0.5,en;q=0.3", "fr"),
        ("pa-IN", "en"),
        ("", "en"),
        ("*", "en"),
        ("nonsense;;q=x", "en"),
    ],
)
def test_the_browsers_first_language_that_is_spoken_here_is_spoken(accepted: str, language: str) -> None:
    page = visit(sample_app().test_client(), "/open", Accept_Language=accepted).text

    assert f'<html lang="{language}">' in page


def test_a_language_chosen_by_hand_wins_and_goes_with_every_link() -> None:
    page = visit(sample_app().test_client(), "/open?lang=fr", Accept_Language="en").text

    assert '<html lang="fr">' in page
    assert '<a href="/open?lang=fr">Événements</a>' in page
    assert 'href="/events?lang=fr"' in page
    assert 'href="/static/style.css?v=' in page


def test_a_language_that_is_not_spoken_here_is_not_chosen() -> None:
    page = visit(sample_app().test_client(), "/open?lang=xx", Accept_Language="fr").text

    assert '<html lang="fr">' in page
    assert 'href="/open"' in page


def test_the_other_language_is_the_same_page_with_its_other_choices_kept() -> None:
    page = visit(sample_app().test_client(), "/open?city=Montr%C3%A9al&lang=en").text

    assert 'href="/open?city=Montr%C3%A9al&amp;lang=fr" hreflang="fr" lang="fr"' in page


def test_a_page_that_was_posted_offers_no_other_language_as_it_cannot_be_asked_for_again() -> None:
    answer = sample_app().test_client().post("/console/page", headers={"Accept": "text/html"})

    assert 'class="languages"' not in answer.text


def test_services_bring_their_own_words_and_cannot_change_the_shared_ones(tmp_path: Path) -> None:
    po = tmp_path / "fr" / "LC_MESSAGES" / "messages.po"
    po.parent.mkdir(parents=True)
    po.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Petitions"\nmsgstr "Autre chose"\n\nmsgid "A rally"\nmsgstr "Un rassemblement"\n\n'
        'msgid "%(num)s rally"\nmsgid_plural "%(num)s rallies"\nmsgstr[0] "%(num)s rassemblement"\n'
        'msgstr[1] "%(num)s rassemblements"\n',
        encoding="utf-8",
    )
    app = Flask(__name__)
    register_languages(app, [tmp_path, tmp_path / "missing"])

    with app.test_request_context("/?lang=fr"):
        said = gettext("Petitions"), gettext("A rally"), gettext("Nobody translated this")
        counted = [ngettext("%(num)s rally", "%(num)s rallies", number) for number in (0, 1, 2)]

    assert said == ("Pétitions", "Un rassemblement", "Nobody translated this")
    assert counted == ["0 rassemblement", "1 rassemblement", "2 rassemblements"]


def test_without_a_request_there_is_still_something_to_say() -> None:
    with sample_app().app_context():
        assert PoFiles([OWN_TRANSLATIONS]).get_translations().gettext("Petitions") == "Petitions"


def test_a_text_that_is_missing_in_a_language_is_shown_in_the_first() -> None:
    texts = [Wording(language="en", text="Come"), Wording(language="fr", text="Venez")]

    assert in_language(texts, "fr").text == "Venez"
    assert in_language(texts, "pa").text == "Come"
