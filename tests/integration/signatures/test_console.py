"""Organizers make a petition, open it with an announcement they saw counted, watch it and close it."""

from html import unescape
from typing import Any

import pytest

from services.signatures.domain.petition import PetitionState
from services.signatures.storage.petitions import Petitions
from shared.domain_events.announcement import Audience
from shared.domain_events.signatures import PetitionClosed, PetitionOpened, SignatureAdded
from shared.web.announcing import sign_count
from tests.integration.signatures.office import ORGANIZER, PAGE, Office
from tests.unit.signatures.made import CAMPAIGN, ENGLISH, FRENCH, SLUG, TARGETS

LIST = "/console/petitions"
NEW = f"{LIST}/new"
BOARD = f"{LIST}/{SLUG}"
EDIT, REVIEW, OPEN, CLOSE = (f"{BOARD}/{step}" for step in ("edit", "review", "open", "close"))


def form(**changes: str) -> dict[str, str]:
    """The console's form of a petition, filled in."""
    fields = {"slug": SLUG, "campaign": CAMPAIGN, "goal": "20000"}
    for text in (ENGLISH, FRENCH):
        for part in ("title", "body", "letter_subject", "letter_body", "thanks"):
            fields[f"{part}_{text.language}"] = getattr(text, part)
    for number, target in enumerate(TARGETS, 1):
        fields |= {f"target_{number}_{part}": getattr(target, part) for part in ("role", "name", "email")}
    return fields | changes


def announcement(office: Office) -> dict[str, Any]:
    """What an organizer confirms, with the token of what they saw counted."""
    channels = ("text", "email")
    audience = Audience(campaign=CAMPAIGN)
    return {
        "channels": list(channels),
        "audience_campaign": CAMPAIGN,
        "wording_en_text": "Hi {first_name}, sign {title}: {link}",
        "wording_en_subject": "{title}",
        "wording_en_body": "Hi {first_name}, [sign]({link})",
        "counted": sign_count(office.backbone.settings.secret_key, audience, channels, 212, 340, 0),
    }


def petitions(office: Office) -> list[Any]:
    return list(office.ask(lambda transaction: Petitions(transaction).all()))


def test_strangers_are_sent_to_the_sign_in(office: Office) -> None:
    office.open()

    for address in (LIST, NEW, BOARD, EDIT, REVIEW):
        answer = office.client.get(address)
        assert (answer.status_code, answer.location.startswith("/console/sign-in")) == (302, True)
    for address in (LIST, EDIT, OPEN, CLOSE):
        assert office.client.post(address).status_code == 401
    assert office.state() == PetitionState.OPEN


@pytest.mark.parametrize("address", [LIST, EDIT, OPEN, CLOSE])
def test_a_form_from_elsewhere_changes_nothing(console: Office, address: str) -> None:
    console.open()

    assert console.client.post(address, data=form()).status_code == 400
    assert [found.petition.state for found in petitions(console)] == [PetitionState.OPEN]


def test_a_draft_is_kept_whole_and_its_review_comes_next(console: Office) -> None:
    answer = console.submit(NEW, LIST, form())

    assert (answer.status_code, answer.location) == (303, REVIEW)
    (found,) = petitions(console)
    kept = found.petition
    assert (kept.slug, kept.campaign, kept.goal, kept.state) == (SLUG, CAMPAIGN, 20_000, PetitionState.DRAFT)
    assert (kept.texts, kept.targets) == ((ENGLISH, FRENCH), TARGETS)
    assert console.posted(PetitionOpened) == []


def test_one_language_and_no_goal_are_enough(console: Office) -> None:
    french = {f"{part}_fr": "" for part in ("title", "body", "letter_subject", "letter_body", "thanks")}

    answer = console.submit(NEW, LIST, form(goal="", **french))

    assert answer.status_code == 303
    (found,) = petitions(console)
    assert (found.petition.texts, found.petition.goal) == ((ENGLISH,), None)


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"slug": "Not A Slug"}, "slug", "Use small letters"),
        ({"slug": "new"}, "slug", "Choose another address."),
        ({"slug": ""}, "slug", "Please fill this in."),
        ({"campaign": "#RenewPGWP"}, "campaign", "Use small letters"),
        ({"goal": "many"}, "goal", "Write a whole number."),
        ({"goal": "0"}, "goal", "Write a number from 1 to 10000000."),
        ({"title_en": ""}, "title_en", "Please fill this in."),
        ({"thanks_fr": ""}, "thanks_fr", "Please fill this in."),
        ({"title_en": "x" * 151}, "title_en", "Please shorten this to 150 characters."),
        ({"title_en": "Fix\x00"}, "title_en", "There is a character in it that cannot be shown."),
        ({"letter_body_en": "Dear {name}"}, "letter_body_en", "Nobody will fill in {name}."),
        ({"letter_body_fr": "Bonjour {target_name"}, "letter_body_fr", "Nobody will fill in {."),
        ({"thanks_en": "Thanks, {target_name}"}, "thanks_en", "Nobody will fill in {target_name}."),
        ({"target_2_name": ""}, "target_2_name", "Please fill this in."),
        ({"target_2_email": "the minister"}, "target_2_email", "Write an e-mail address"),
        ({"target_2_email": "Prime.Minister@example.ca"}, "target_2_email", "Two targets have this address."),
        ({"target_3_role": "Critic"}, "target_3_name", "Please fill this in."),
        ({"surprise": "1"}, "surprise", "There is no such field."),
    ],
)
def test_what_is_wrong_with_a_draft_is_said_beside_its_field(
    console: Office, changes: dict[str, str], field: str, problem: str
) -> None:
    answer = console.submit(NEW, LIST, form(**changes))

    page = unescape(answer.text)
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in page
    assert problem in page
    assert FRENCH.title in page
    assert petitions(console) == []


def test_a_petition_needs_two_targets_and_a_language(console: Office) -> None:
    words = {name: "" for name in form() if name.endswith(("_en", "_fr"))}
    targets = {name: "" for name in form() if name.startswith("target_2")}

    answer = console.submit(NEW, LIST, form(**words, **targets))

    for field in ("title_en", "letter_body_en", "target_2_role", "target_2_email"):
        assert f'href="#field-{field}"' in answer.text
    assert 'href="#field-title_fr"' not in answer.text
    assert 'href="#field-target_1_role"' not in answer.text


def test_an_address_that_is_taken_is_said_so(console: Office) -> None:
    console.submit(NEW, LIST, form())

    answer = console.submit(NEW, LIST, form(title_en="Another"))

    assert answer.status_code == 422
    assert "There is a petition with this address already." in answer.text
    assert [found.petition.texts[0].title for found in petitions(console)] == [ENGLISH.title]


def test_a_draft_can_be_changed_and_keeps_its_address(console: Office) -> None:
    console.submit(NEW, LIST, form())
    assert FRENCH.title in unescape(console.client.get(EDIT).text)
    (before,) = petitions(console)

    answer = console.submit(
        EDIT,
        EDIT,
        form(
            title_en="Fix all permits",
            slug="another-one",
            target_3_role="Critic",
            target_3_name="Cy Ames",
            target_3_email="critic@example.ca",
        ),
    )

    assert (answer.status_code, answer.location) == (303, REVIEW)
    (found,) = petitions(console)
    assert (found.petition.id, found.petition.slug) == (before.petition.id, SLUG)
    assert (found.petition.texts[0].title, len(found.petition.targets)) == ("Fix all permits", 3)


def test_the_review_shows_what_everybody_will_read(console: Office) -> None:
    console.submit(NEW, LIST, form())

    page = unescape(console.client.get(REVIEW).text)

    assert "Dear Jordan Lavoie," in page
    assert "Bonjour Jordan Lavoie," in page
    assert "Thank you, Amrit, for signing Fix work permits." in page
    assert "minister@example.ca" in page
    assert f'name="audience_campaign" type="text" value="{CAMPAIGN}"' in page
    assert "Open the petition" in page
    assert "nous lançons une nouvelle pétition" in page


def test_a_petition_is_opened_with_the_announcement_that_was_counted(console: Office) -> None:
    console.submit(NEW, LIST, form())

    answer = console.submit(REVIEW, OPEN, announcement(console))

    assert (answer.status_code, answer.location) == (303, BOARD)
    (event,) = console.posted(PetitionOpened)
    assert (event.petition, event.campaign) == (SLUG, CAMPAIGN)
    assert [text.language for text in event.texts] == ["en", "fr"]
    assert [target.email for target in event.targets] == [target.email for target in TARGETS]
    assert event.announcement is not None
    assert (event.announcement.counted_texts, event.announcement.counted_emails) == (212, 340)
    assert event.announcement.approved_by == ORGANIZER.id
    assert console.client.get(PAGE).status_code == 200


def test_nobody_is_told_where_no_channel_is_ticked(console: Office) -> None:
    console.submit(NEW, LIST, form())

    console.submit(REVIEW, OPEN, {})

    (event,) = console.posted(PetitionOpened)
    assert event.announcement is None
    assert console.sign().status_code == 201


def test_what_was_not_counted_opens_nothing(console: Office) -> None:
    console.submit(NEW, LIST, form())

    answer = console.submit(REVIEW, OPEN, announcement(console) | {"counted": "made-up"})

    assert answer.status_code == 422
    assert (console.state(), console.posted(PetitionOpened)) == (PetitionState.DRAFT, [])


def test_what_was_opened_is_neither_opened_nor_changed_again(console: Office) -> None:
    console.submit(NEW, LIST, form())
    token = {"csrf_token": console.token(REVIEW)}
    console.client.post(OPEN, data=token)

    answers = [console.client.post(OPEN, data=token), console.client.post(EDIT, data=form(title_en="Other") | token)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert console.client.get(EDIT).status_code == 409
    assert console.client.get(REVIEW).location == BOARD
    assert len(console.posted(PetitionOpened)) == 1
    assert petitions(console)[0].petition.texts[0].title == ENGLISH.title


def test_the_list_leads_to_every_petition(console: Office) -> None:
    assert "There is no petition yet." in console.client.get(LIST).text
    console.open()
    console.open(slug="care-for-all", state=PetitionState.DRAFT, opened_at=None)

    page = console.client.get(LIST).text

    assert f'href="{BOARD}"' in page
    assert "Draft" in page
    assert console.client.get(f"{LIST}/care-for-all").location == f"{LIST}/care-for-all/review"


def test_the_board_shows_the_total_by_day_and_by_language(console: Office) -> None:
    console.open()
    console.crowd(2)
    console.count()
    console.sign(language="fr")

    page = unescape(console.client.get(BOARD).text)

    assert '<strong class="number">2</strong>' in page
    assert "1 more is being counted." in page
    assert "<dt>English</dt><dd>2</dd>" in page
    assert "<dt>Français</dt><dd>1</dd>" in page
    assert "2 signatures under all petitions of the campaign." in page
    assert "Next: 100" in page


def test_the_board_names_nobody(console: Office) -> None:
    console.open()
    console.sign()
    (event,) = console.posted(SignatureAdded)
    console.hear(event)

    page = console.client.get(BOARD).text

    for personal in ("Amrit Quaba", "amrit@example.org", "5550123", "M5V2T6", event.supporter.id):
        assert personal not in page


def test_a_petition_is_closed_with_its_reason_and_seen_closed_at_once(console: Office) -> None:
    console.open()
    assert "Sign the petition" in console.client.get(PAGE).text

    answer = console.submit(BOARD, CLOSE, {"reason": "won"})

    assert (answer.status_code, answer.location) == (303, BOARD)
    assert console.posted(PetitionClosed) == [PetitionClosed(petition=SLUG, campaign=CAMPAIGN, reason="won")]
    assert "This petition is closed" in console.client.get(PAGE).text
    assert "It was won" in console.client.get(BOARD).text
    assert console.sign().status_code == 410


@pytest.mark.parametrize("reason", ["", "tired", "won\x00"])
def test_a_petition_is_not_closed_without_a_reason(console: Office, reason: str) -> None:
    console.open()

    answer = console.submit(BOARD, CLOSE, {"reason": reason})

    assert (answer.status_code, console.state()) == (422, PetitionState.OPEN)


def test_what_is_not_open_is_not_closed(console: Office) -> None:
    console.open()
    token = {"csrf_token": console.token(BOARD), "reason": "ended"}

    answers = [console.client.post(CLOSE, data=token).status_code for _ in range(2)]

    assert answers == [303, 409]
    assert console.client.post(f"{LIST}/nothing-here/close", data=token).status_code == 409
    assert len(console.posted(PetitionClosed)) == 1


@pytest.mark.parametrize("address", [BOARD, EDIT, REVIEW])
def test_what_is_not_there_is_not_found(console: Office, address: str) -> None:
    assert console.client.get(address).status_code == 404


def test_the_console_speaks_french(console: Office) -> None:
    console.open()
    reader = {"Accept-Language": "fr-CA"}

    assert "Nouvelle pétition" in console.client.get(NEW, headers=reader).text
    assert "Signature ouverte" in console.client.get(BOARD, headers=reader).text
