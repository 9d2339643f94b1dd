"""How an organizer makes, launches, watches and ends a call campaign."""

from datetime import timedelta
from typing import Any

import pytest

from services.calls.domain.call_campaign import CampaignState
from services.calls.web.call_campaign_form import values_of
from shared.domain_events.announcement import Audience
from shared.domain_events.calls import CallCampaignEnded, CallCampaignLaunched
from shared.web.announcing import sign_count
from tests.integration.calls.exchange import Exchange
from tests.unit.calls.made import ENGLISH, FRENCH, MINISTER, campaign

NEW, DRAFTS = "/console/call-campaigns/new", "/console/call-campaigns"
PAGE = "/console/call-campaigns/call-in-day"
REVIEW, LAUNCH, END = f"{PAGE}/review", f"{PAGE}/launch", f"{PAGE}/end"


@pytest.fixture
def signed_in(exchange: Exchange) -> Exchange:
    exchange.sign_in()
    return exchange


def form(**changes: Any) -> dict[str, Any]:
    """The form of a call campaign, as a browser sends it: a box that is not ticked is not there."""
    filled = values_of(campaign(fallback=MINISTER, goal=200)) | changes
    return {name: value for name, value in filled.items() if value is not False}


def announcement(exchange: Exchange, *channels: str, **changes: Any) -> dict[str, Any]:
    """The fields that the review page sends with a launch once its announcement was counted."""
    audience = Audience(campaign="status-for-all")
    secret = exchange.backbone.settings.secret_key
    return {
        "channels": list(channels),
        "audience_campaign": "status-for-all",
        "wording_en_text": "Reply CALL, {first_name}.",
        "wording_en_subject": "Call-in day",
        "wording_en_body": "{call_me_link}",
        "counted": sign_count(secret, audience, channels, texts=2, emails=3, rings=1),
    } | changes


def test_an_organizer_keeps_a_draft_and_is_shown_its_review(signed_in: Exchange) -> None:
    answer = signed_in.submit(NEW, DRAFTS, form())

    assert (answer.status_code, answer.location) == (303, REVIEW)
    kept = signed_in.ask(lambda records: records.campaigns.get("call-in-day"))
    assert kept == campaign(fallback=MINISTER, goal=200, state=CampaignState.DRAFT)
    review = signed_in.client.get(REVIEW).text
    assert "Hello. This is Migrant Students United. We ask every MP" in review
    assert "Bonjour. Ici Migrant Students United." in review
    assert MINISTER.name in review
    for channel in ("text", "email", "ring"):
        assert f'name="channels" value="{channel}"' in review
    assert "{call_me_link}" in review
    assert signed_in.posted(CallCampaignLaunched) == []


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"title_en": "", "reason_en": ""}, "title_en", "Please fill this in."),
        ({"reason_fr": ""}, "reason_fr", "Please fill this in."),
        ({"slug": "Not A Slug"}, "slug", "Use small letters"),
        ({"slug": "new"}, "slug", "Choose another address."),
        ({"closes_at": "2026-11-01T09:00"}, "closes_at", "Choose a moment after the opening."),
        ({"opens_at": "yesterday"}, "opens_at", "Choose a date and a time."),
        ({"fallback_number": ""}, "fallback_number", "Give both a name and a number, or neither."),
        ({"fallback_number": "12"}, "fallback_number", "Write a telephone number"),
        ({"calls_per_line": "0"}, "calls_per_line", "Write a number from 1 to 20."),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "Choose one of"),
        ({"reason_en": "x" * 301}, "reason_en", "Please shorten this to 300 characters."),
        ({"surprise": "1"}, "surprise", "There is no such field."),
    ],
)
def test_what_is_wrong_with_a_draft_is_said_beside_its_field(
    signed_in: Exchange, changes: dict[str, str], field: str, problem: str
) -> None:
    answer = signed_in.submit(NEW, DRAFTS, form(**changes))

    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert problem in answer.text
    assert FRENCH.title.replace("'", "&#39;") in answer.text
    assert signed_in.ask(lambda records: records.campaigns.all()) == []


def test_an_address_that_is_taken_is_said_so(signed_in: Exchange) -> None:
    signed_in.submit(NEW, DRAFTS, form())

    answer = signed_in.submit(NEW, DRAFTS, form(title_en="Another"))

    assert answer.status_code == 422
    assert "There is a call campaign with this address already." in answer.text


def test_a_draft_can_be_changed_and_keeps_its_address(signed_in: Exchange) -> None:
    signed_in.submit(NEW, DRAFTS, form(first_riding_by_text="true"))
    shown = signed_in.client.get(f"{PAGE}/edit").text
    assert 'value="2026-11-24T09:00"' in shown
    assert 'name="first_riding_by_text" value="true" checked' in shown.replace("\n", " ")

    answer = signed_in.submit(f"{PAGE}/edit", f"{PAGE}/edit", form(title_en="Call again", slug="another"))

    assert (answer.status_code, answer.location) == (303, REVIEW)
    (kept,) = signed_in.ask(lambda records: records.campaigns.all())
    assert (kept.slug, kept.texts[0].title, kept.first_riding_by_text) == ("call-in-day", "Call again", False)


def test_a_launch_with_an_announcement_says_what_was_counted_and_to_whom(signed_in: Exchange) -> None:
    signed_in.submit(NEW, DRAFTS, form())

    answer = signed_in.submit(REVIEW, LAUNCH, announcement(signed_in, "text", "email", "ring"))

    assert (answer.status_code, answer.location) == (303, PAGE)
    (launched,) = signed_in.posted(CallCampaignLaunched)
    assert launched.announcement is not None
    assert launched.announcement.channels == ("text", "email", "ring")
    assert launched.announcement.audience == Audience(campaign="status-for-all")
    assert (launched.announcement.counted_texts, launched.announcement.counted_rings) == (2, 1)
    assert launched.announcement.approved_by == "organizer-1"
    assert [text.title for text in launched.texts] == [ENGLISH.title, FRENCH.title]
    assert signed_in.client.get(PAGE).status_code == 200


def test_a_launch_that_tells_nobody_says_so(signed_in: Exchange) -> None:
    signed_in.submit(NEW, DRAFTS, form())

    signed_in.submit(REVIEW, LAUNCH, {})

    assert [launched.announcement for launched in signed_in.posted(CallCampaignLaunched)] == [None]


def test_an_announcement_that_was_not_counted_launches_nothing(signed_in: Exchange) -> None:
    signed_in.submit(NEW, DRAFTS, form())
    for changes in ({"counted": ""}, {"audience_campaign": "everybody"}, {"channels": ["text", "email"]}):
        answer = signed_in.submit(REVIEW, LAUNCH, announcement(signed_in, "text", **changes))

        assert answer.status_code == 422

    assert signed_in.posted(CallCampaignLaunched) == []
    assert signed_in.ask(lambda records: records.campaigns.get("call-in-day")).state == CampaignState.DRAFT


def test_what_was_launched_is_neither_launched_again_nor_changed(signed_in: Exchange) -> None:
    signed_in.submit(NEW, DRAFTS, form())
    token = signed_in.token(REVIEW)
    first = signed_in.client.post(LAUNCH, data={"csrf_token": token})

    second = signed_in.client.post(LAUNCH, data={"csrf_token": token})
    change = signed_in.client.post(f"{PAGE}/edit", data=form(title_en="Other") | {"csrf_token": token})

    assert (first.status_code, second.status_code, change.status_code) == (303, 409, 409)
    assert len(signed_in.posted(CallCampaignLaunched)) == 1
    assert signed_in.client.get(REVIEW).location == PAGE
    assert signed_in.client.get(f"{PAGE}/edit").status_code == 409


def test_a_window_that_has_closed_is_not_launched(signed_in: Exchange) -> None:
    signed_in.submit(NEW, DRAFTS, form())
    signed_in.moment.shift(timedelta(days=2))
    signed_in.sign_in()

    answer = signed_in.submit(REVIEW, LAUNCH, {})

    assert answer.status_code == 409
    assert "Its window has closed" in answer.text
    assert signed_in.posted(CallCampaignLaunched) == []


def test_the_board_shows_calls_by_office_as_seen_and_as_said(signed_in: Exchange) -> None:
    signed_in.launch(goal=10)
    signed_in.ring("+14165550150").walk("completed", seconds=120, said="1")
    signed_in.ring("+14165550151").walk("busy", said="5")
    signed_in.ring("+14165550152").status("no-answer")
    signed_in.ring("+14165550153").answer()

    board = _words(signed_in.client.get(PAGE).text)

    for figure in ("0 waiting", "1 ringing", "3 calls done", "1 reached an office", "1 of 10"):
        assert figure in board
    row = board[board.index("Ana Dunn") : board.index("Bo Roy") if "Bo Roy" in board else None]
    assert "Spadina—Harbourfront" in row
    for shown in ("answered 1", "busy 1", "talked to someone 1", "could not get through 1"):
        assert shown in row
    assert "1 the supporter did not answer" in board


def test_the_board_refreshes_by_itself_until_it_is_held_still_or_over(signed_in: Exchange) -> None:
    signed_in.launch()

    live, still = signed_in.client.get(PAGE), signed_in.client.get(f"{PAGE}?still=1")
    ended = signed_in.submit(PAGE, END, {})
    over = signed_in.client.get(PAGE)

    assert live.headers["Refresh"] == "5"
    assert "Refresh" not in still.headers
    assert (ended.status_code, ended.location) == (303, PAGE)
    assert "Refresh" not in over.headers


def test_ending_it_twice_is_told_apart(signed_in: Exchange) -> None:
    signed_in.launch()
    token = signed_in.token(PAGE)

    answers = [signed_in.client.post(END, data={"csrf_token": token}).status_code for _ in range(2)]

    assert answers == [303, 409]
    assert len(signed_in.posted(CallCampaignEnded)) == 1


def test_the_list_shows_every_call_campaign(signed_in: Exchange) -> None:
    assert "There is none yet" in signed_in.client.get(DRAFTS).text
    signed_in.launch()
    signed_in.submit(NEW, DRAFTS, form(slug="another-day", title_en="Another day"))

    listed = signed_in.client.get(DRAFTS).text

    assert ENGLISH.title in listed
    assert "Another day" in listed
    assert "Review and launch" in listed


@pytest.mark.parametrize("path", [DRAFTS, NEW, PAGE, f"{PAGE}/edit", REVIEW])
def test_strangers_are_sent_to_sign_in(exchange: Exchange, path: str) -> None:
    exchange.launch()

    answer = exchange.client.get(path)

    assert answer.status_code == 302
    assert answer.location.startswith("/console/sign-in")


@pytest.mark.parametrize("path", [DRAFTS, f"{PAGE}/edit", LAUNCH, END])
def test_strangers_and_forms_from_elsewhere_change_nothing(exchange: Exchange, path: str) -> None:
    exchange.launch()

    stranger = exchange.client.post(path, data=form())
    exchange.sign_in()
    forged = exchange.client.post(path, data=form())

    assert (stranger.status_code, forged.status_code) == (401, 400)
    assert exchange.posted(CallCampaignEnded) == []


def test_what_does_not_exist_is_not_found(signed_in: Exchange) -> None:
    for path in (PAGE, REVIEW, f"{PAGE}/edit"):
        assert signed_in.client.get(path).status_code == 404


def test_what_organizers_write_is_shown_and_never_obeyed(signed_in: Exchange) -> None:
    nasty = "<script>alert(1)</script>"
    signed_in.submit(NEW, DRAFTS, form(title_en=nasty, reason_en=nasty, script_en=f"{nasty} [x](javascript:alert(1))"))

    review = signed_in.client.get(REVIEW).text
    signed_in.submit(REVIEW, LAUNCH, {})
    public = signed_in.client.get("/call-campaigns/call-in-day").text

    for page in (review, public):
        assert nasty not in page
        assert 'href="javascript:' not in page


def _words(html: str) -> str:
    import re

    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace(" :", ":")
