"""What supporters see: the petitions, one of them, signing it on the page, the thanks."""

import re
import time
from dataclasses import replace
from datetime import datetime
from html import unescape
from typing import Any

import pytest

from services.signatures.domain.petition import PetitionState
from shared.domain_events.signatures import SignatureAdded
from tests.integration.signatures.office import PAGE, Office, form
from tests.unit.signatures.made import ENGLISH

FRENCH_READER = {"Accept-Language": "fr-CA"}


def test_the_home_page_shows_what_is_open(open_office: Office) -> None:
    open_office.open(slug="a-draft", state=PetitionState.DRAFT, opened_at=None, texts=(ENGLISH,))

    for address in ("/", "/petitions"):
        page = open_office.client.get(address)
        assert page.status_code == 200
        assert PAGE in page.text
        assert "a-draft" not in page.text
        assert "/events" in page.text


def test_without_a_petition_the_pages_say_so(office: Office) -> None:
    assert "No petition is open just now." in office.client.get("/").text
    assert "Aucune pétition n’est ouverte" in office.client.get("/petitions", headers=FRENCH_READER).text


def test_a_petitions_page_says_all_that_signing_does(open_office: Office) -> None:
    page = unescape(open_office.client.get(PAGE).text)

    assert "Fix work permits" in page
    assert "<li>Renewable permits.</li>" in page
    assert "Jordan Lavoie" in page
    assert "Minister of Immigration" in page
    assert "Dear Jordan Lavoie," in page
    assert "We never ask about your immigration status." in page


def test_no_box_is_ticked_beforehand(open_office: Office) -> None:
    boxes = re.findall(r'<input type="checkbox"[^>]*>', open_office.client.get(PAGE).text)

    assert [re.search(r'name="(\w+)"', box)[1] for box in boxes] == [  # type: ignore[index]
        "consent_email",
        "consent_text",
        "consent_call",
    ]
    assert not [box for box in boxes if "checked" in box]


def test_the_page_is_in_the_readers_language_and_so_is_the_wording(open_office: Office) -> None:
    page = open_office.client.get(PAGE, headers=FRENCH_READER).text

    assert "Réparons les permis" in page
    assert "répondant ARRET" in page
    assert 'name="wording_language" value="fr"' in page


def test_a_petition_in_one_language_is_shown_to_all_and_marked_as_it_is(office: Office) -> None:
    office.open(texts=(ENGLISH,))

    page = office.client.get(PAGE, headers=FRENCH_READER).text

    assert '<h1 lang="en">Fix work permits</h1>' in page
    assert "Signer la pétition" in page


def test_what_an_organizer_pastes_is_shown_and_never_obeyed(office: Office) -> None:
    office.open(
        texts=(replace(ENGLISH, title="<b>Fix</b>", body="<script>alert(1)</script> [x](javascript:alert(1))"),)
    )

    page = office.client.get(PAGE).text

    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "&lt;b&gt;Fix&lt;/b&gt;" in page


def test_signing_on_the_page_leads_to_the_thanks(open_office: Office) -> None:
    answer = open_office.client.post(f"{PAGE}/sign", data=form())

    assert (answer.status_code, answer.location) == (303, f"{PAGE}/thanks")
    (row,) = open_office.rows()
    assert (row.source, row.language) == ("page", "en")
    assert (row.consent_email, row.consent_text, row.consent_call) == (True, False, False)
    (event,) = open_office.posted(SignatureAdded)
    assert (event.consents.wording, event.consents.language, event.has_phone) == ("2026-11", "en", False)


def test_signing_twice_leads_to_the_same_thanks_and_counts_once(open_office: Office) -> None:
    answers = [open_office.client.post(f"{PAGE}/sign", data=form(name=name)) for name in ("Amrit Quaba", "A. Q.")]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, f"{PAGE}/thanks")] * 2
    assert len(open_office.rows()) == 1


def test_a_page_and_the_api_know_the_same_person(open_office: Office) -> None:
    open_office.client.post(f"{PAGE}/sign", data=form())

    assert open_office.sign(phone=None).status_code == 201
    assert len(open_office.rows()) == 1


def test_nothing_of_a_signer_is_kept_in_their_browser(open_office: Office) -> None:
    answers = [
        open_office.client.get(PAGE),
        open_office.client.post(f"{PAGE}/sign", data=form()),
        open_office.client.get(f"{PAGE}/thanks"),
    ]

    assert [answer.headers.get("Set-Cookie") for answer in answers] == [None, None, None]


def test_the_language_to_write_in_may_be_another_than_the_pages(open_office: Office) -> None:
    open_office.client.post(f"{PAGE}/sign?lang=en", data=form(language="fr"))

    (event,) = open_office.posted(SignatureAdded)
    assert (event.language, event.consents.language) == ("fr", "en")


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"name": ""}, "name", "Please fill this in."),
        ({"name": "..."}, "name", "Please write a name."),
        ({"name": "x" * 101}, "name", "Please shorten this to 100 characters."),
        ({"name": "Am\x00rit"}, "name", "There is a character in it that cannot be shown."),
        ({"email": ""}, "email", "Write an e-mail address or a telephone number."),
        ({"email": "nobody"}, "email", "Write an e-mail address such as"),
        ({"phone": "12"}, "phone", "Write a telephone number with its area code"),
        ({"postal_code": ""}, "postal_code", "Please fill this in."),
        ({"postal_code": "90210"}, "postal_code", "Write a Canadian postal code such as M5V 2T6."),
        ({"wording": "1999-01"}, "wording", "Choose one of: 2026-11."),
        ({"wording": None}, "wording", "Please fill this in."),
        ({"wording_language": "tlh"}, "wording_language", "Choose one of the languages."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(
    open_office: Office, changes: dict[str, Any], field: str, problem: str
) -> None:
    answer = open_office.client.post(f"{PAGE}/sign", data=form(**{"consent_text": "true"} | changes))

    page = unescape(answer.text)
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in page
    assert problem in page
    assert re.search(r'name="consent_text" value="true" checked', page)
    assert not re.search(r'name="consent_call" value="true" checked', page)
    assert open_office.rows() == []


def test_problems_are_told_in_french(open_office: Office) -> None:
    answer = open_office.client.post(f"{PAGE}/sign", data=form(name="", email=""), headers=FRENCH_READER)

    assert "Remplissez ce champ." in answer.text
    assert "Indiquez une adresse de courriel ou un numéro de téléphone." in answer.text
    assert '<html lang="fr">' in answer.text


def test_a_draft_is_seen_by_nobody(office: Office) -> None:
    office.open(state=PetitionState.DRAFT, opened_at=None)

    for address in (PAGE, f"{PAGE}/thanks", f"{PAGE}/count.json", "/petitions/nothing-here"):
        assert office.client.get(address).status_code == 404
    assert office.client.post(f"{PAGE}/sign", data=form()).status_code == 404


def test_a_closed_petition_is_read_but_not_signed(open_office: Office) -> None:
    open_office.close()

    page = open_office.client.get(PAGE)
    answer = open_office.client.post(f"{PAGE}/sign", data=form())

    assert page.status_code == 200
    assert "This petition is closed" in page.text
    assert "<form" not in page.text
    assert (answer.status_code, open_office.rows()) == (410, [])
    assert PAGE not in open_office.client.get("/petitions").text


def test_the_thanks_hand_the_petition_on_without_telling_anybody(open_office: Office) -> None:
    page = unescape(open_office.client.get(f"{PAGE}/thanks?lang=fr").text)

    assert 'value="http://127.0.0.1:8000/petitions/fix-pgwp"' in page
    assert re.findall(r'href="(https://[^/]+|mailto:)', page) == [
        "https://wa.me",
        "https://www.facebook.com",
        "https://x.com",
        "mailto:",
    ]
    assert "<script" not in page
    assert "<img" not in re.sub(r'<img src="/static/[^>]*>', "", page)


def test_the_total_says_when_it_was_counted(open_office: Office) -> None:
    before = open_office.client.get(f"{PAGE}/count.json")
    assert before.json == {"petition": "fix-pgwp", "total": 0, "counted_at": None}

    open_office.open(slug="care-for-all")
    open_office.crowd(3, "care-for-all")
    open_office.count()
    after = open_office.client.get("/petitions/fix-pgwp/count.json"), _fresh_total(open_office, "care-for-all", 3)

    assert after[0].headers["Cache-Control"] == "public, max-age=1"
    assert datetime.fromisoformat(after[1]["counted_at"]).tzinfo is not None


def test_a_total_that_was_read_a_moment_ago_is_read_anew_after_a_second(open_office: Office) -> None:
    open_office.client.get(f"{PAGE}/count.json")
    open_office.crowd(2)
    open_office.count()

    assert _fresh_total(open_office, "fix-pgwp", 2)["total"] == 2


def _fresh_total(office: Office, slug: str, expected: int) -> dict[str, Any]:
    """The total, once it is as expected; it may be a second or so old."""
    for _ in range(1_000):
        told: dict[str, Any] = office.client.get(f"/petitions/{slug}/count.json").json or {}
        if told["total"] == expected:
            return told
        time.sleep(0.02)
    raise AssertionError(f"the total never came to {expected}")
