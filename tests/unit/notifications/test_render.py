"""E-mails and letters as they are made for each reader; nothing of a person or an organizer runs in them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from services.notifications.domain.delivery import Channel, Delivery, Kind, Lane, Standing
from services.notifications.domain.sources import BroadcastWords, PetitionWords, Sources
from services.notifications.domain.wording import fill
from services.notifications.providers.ports import Email, EmailTemplate
from services.notifications.storage.deliveries import Due
from services.notifications.use_cases.render import NoWords, Sender
from services.notifications.use_cases.render_emails import render_email, render_template
from services.notifications.use_cases.render_letters import render_letter
from services.notifications.use_cases.render_texts import render_text
from shared.domain_events.announcement import Wording
from shared.domain_events.signatures import PetitionText, Target
from shared.settings import CoreSettings

SETTINGS = CoreSettings(
    database_url="postgresql://127.0.0.1",
    kafka=("127.0.0.1:1",),
    public_url="https://act.example.ca",
    secret_key="s" * 32,
    pepper=b"p" * 32,
    key_encryption_key=b"k" * 32,
)
SENDER = Sender(SETTINGS, "Students United", "1 Example Street, Toronto")
ADA = {"name": "Ada Quabacedri", "email": "ada@example.org", "phone": "+14165550142"}
TEXTS = (
    PetitionText(
        language="en", title="Fix <permits>", letter_subject="Permits", letter_body="Dear {target_name},", thanks="Hi"
    ),
    PetitionText(
        language="fr", title="Les permis", letter_subject="Permis", letter_body="Bonjour {target_role},", thanks="Merci"
    ),
)
TARGET = Target(id="pm", role="Prime Minister", name="Jordan Lavoie", email="pm@example.ca")
PETITION = PetitionWords(slug="fix", campaign="status", texts=TEXTS, targets={"pm": TARGET})


def due(kind: Kind, language: str = "en", riding: str | None = None, **given: Any) -> Due:
    """A message whose time has come."""
    channel = {Kind.LETTER: Channel.LETTER}.get(kind, Channel.EMAIL)
    delivery = Delivery(
        id=uuid4(),
        cause=uuid4(),
        supporter_id="s1",
        channel=channel,
        kind=kind,
        lane=Lane.THANKS,
        language=language,
        due_at=datetime(2026, 9, 12, tzinfo=UTC),
        traceparent="",
        **given,
    )
    return Due(delivery, Standing(is_known=True), "sealed", "ON", riding)


def announced(body: str, subject: str = "{title}", text: str = "{title}", **fields: str) -> tuple[Due, Sources]:
    """An announcement of a call campaign in English."""
    known = {"title": "Call-in day", "link": "https://act.example.ca/call-campaigns/day", **fields}
    words = BroadcastWords(
        id=uuid4(),
        campaign="status",
        call_campaign="day",
        fields={"en": known},
        wordings=(Wording(language="en", text=text, email_subject=subject, email_body=body),),
    )
    return due(Kind.ANNOUNCEMENT, broadcast_id=words.id), Sources({}, {words.id: words})


def written(message: Due, sources: Sources, person: dict[str, str] = ADA) -> tuple[EmailTemplate, Email]:
    """The template and what differs for one person."""
    rendered = render_template(message, sources, SENDER)
    return rendered.template, render_email(rendered, message, person, sources, SENDER)


def test_markdown_becomes_html_and_the_words_stay_in_the_plain_text() -> None:
    template, _ = written(*announced("**Come** and\n\n- ring\n- write"))

    assert "<strong>Come</strong>" in template.html
    assert "<li>ring</li>" in template.html
    assert "**Come** and" in template.text


def test_fields_that_are_addresses_become_links_wherever_they_stand() -> None:
    template, email = written(*announced("See {link}, [ring now]({call_me_link}) or {call_me_link}."))

    link = "https://act.example.ca/call-campaigns/day"
    assert f'<a href="{link}" rel="noopener nofollow">{link}</a>' in template.html
    assert '<a href="{call_me_link}" rel="noopener nofollow">ring now</a>' in template.html
    assert template.html.count("{call_me_link}") == 3
    assert "ring now: {call_me_link}" in template.text
    assert email.fields["call_me_link"].startswith("https://act.example.ca/call-me/")


@pytest.mark.parametrize(
    "title", ["<script>alert(1)</script>", "[x](javascript:alert(1))", "**bold**", 'a" onclick="x', "{{ 7 * 7 }}"]
)
def test_what_is_filled_in_is_shown_and_never_obeyed(title: str) -> None:
    template, _ = written(*announced("About {title}.", title=title))

    assert "<script" not in template.html
    assert 'onclick="' not in template.html
    assert 'href="javascript' not in template.html
    assert "<strong>" not in template.html
    assert "49" not in template.html


def test_a_subject_is_one_line_whatever_is_filled_in() -> None:
    template, _ = written(*announced("x", subject="News:\r\nBcc: x {title}", title="two\r\nlines"))

    assert template.subject == "News: Bcc: x two lines"


def test_what_is_the_same_for_all_is_filled_in_once_and_only_the_rest_for_each() -> None:
    message, sources = announced("{first_name}, {title}: {riding}")

    template, email = written(replace(message, riding="Toronto Centre"), sources)

    assert "{first_name}, Call-in day: {riding}" in template.text
    assert set(email.fields) == {"first_name", "riding", "unsubscribe_link"}
    assert email.fields["riding"] == "Toronto Centre"
    assert "Ada, Call-in day: Toronto Centre" in fill(template.text, email.fields)


def test_thanks_are_in_the_readers_language_or_the_first() -> None:
    sources = Sources({"fix": PETITION})

    english, _ = written(due(Kind.THANKS, "pa", about="fix"), sources)
    french, _ = written(due(Kind.THANKS, "fr", about="fix"), sources)

    assert english.subject == "Thank you for signing: Fix <permits>"
    assert "Fix &lt;permits&gt;" in english.html
    assert '<html lang="fr">' in french.html
    assert "Invitez d’autres personnes à signer: https://act.example.ca/petitions/fix" in french.text


def test_a_letter_is_plain_text_without_anything_of_ours_but_the_senders_name() -> None:
    template, email = render_letter(
        due(Kind.LETTER, "fr", about="fix", target="pm"), ADA, Sources({"fix": PETITION}), SENDER
    )

    assert template.html == ""
    assert template.text.startswith("Bonjour Prime Minister,\n\nAda Quabacedri\n")
    assert "unsubscribe" not in template.text.lower()
    assert (email.to, email.to_name, email.headers) == ("pm@example.ca", "Jordan Lavoie", {})
    assert "+1416" not in template.text


@pytest.mark.parametrize(
    "message",
    [due(Kind.THANKS, about="gone"), due(Kind.ANNOUNCEMENT, broadcast_id=uuid4()), due(Kind.ANNOUNCEMENT)],
)
def test_what_nobody_knows_the_words_of_has_none(message: Due) -> None:
    with pytest.raises(NoWords):
        render_template(message, Sources({"fix": PETITION}), SENDER)
    with pytest.raises(NoWords):
        render_text(message, ADA, Sources({"fix": PETITION}), SENDER)


def test_a_letter_to_somebody_unknown_has_no_words() -> None:
    with pytest.raises(NoWords):
        render_letter(due(Kind.LETTER, about="fix", target="gone"), ADA, Sources({"fix": PETITION}), SENDER)


def test_an_announcement_without_words_for_the_channel_is_not_sent_empty() -> None:
    message, sources = announced("", text="")

    with pytest.raises(NoWords):
        render_template(message, sources, SENDER)
    with pytest.raises(NoWords):
        render_text(message, ADA, sources, SENDER)


def test_a_text_is_filled_in_for_its_reader() -> None:
    message, sources = announced("x", text="{first_name}: {title}, {riding}, {campaign}. {nobody}")

    said = render_text(message, ADA, sources, SENDER)

    assert said == "Students United: Ada: Call-in day, your riding, status. {nobody} Reply STOP to end."
