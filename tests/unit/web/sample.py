"""A small service with one view of every kind, for trying what all services' views have in common."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import flask_smorest
import psycopg
from flask import Blueprint, Flask, Response, abort, jsonify, render_template_string, request
from flask.testing import FlaskClient
from flask.views import MethodView
from marshmallow import Schema, fields
from sqlalchemy.exc import DataError, OperationalError

from shared.bus.reactions import reactions
from shared.clock import Clock
from shared.database import connect, tables
from shared.domain_events.announcement import Audience
from shared.privacy.fingerprints import Fingerprints
from shared.privacy.vault import Vault
from shared.service import Assembly, Backbone, Service
from shared.settings import CoreSettings
from shared.web import guard
from shared.web.announcing import count_answer, read_announcement, read_audience, read_channels
from shared.web.app import create_app
from shared.web.guard import Organizer, current_organizer, organizer_role, public, visitor, webhook
from shared.web.reading import read_form
from shared.web.schemas import Email, PersonName, Phone, Words
from shared.web.webhooks import verified_sendgrid_events, verified_twilio_form

# How many texts, e-mails and rings an audience means.
Count = Callable[[Audience], tuple[int, int, int]]
TWILIO_TOKEN = "0123456789abcdef"
NOBODY_LISTENS = "postgresql://groundswell@127.0.0.1:1"
AMRIT = Organizer("amrit", "Amrit Kaur", "organizer")
OWNER = Organizer("olive", "Olive Tremblay", "owner")


def sample_settings(public_url: str = "http://127.0.0.1:8000") -> CoreSettings:
    return CoreSettings(
        database_url=NOBODY_LISTENS,
        kafka=("127.0.0.1:1",),
        public_url=public_url,
        secret_key="s" * 32,
        pepper=b"p" * 32,
        key_encryption_key=b"k" * 32,
    )


@dataclass
class StandingClock:
    """Stands until it is moved."""

    at: datetime = field(default_factory=lambda: datetime(2026, 9, 12, 14, 45, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.at

    def move(self, **step: float) -> None:
        self.at += timedelta(**step)


class SampleSchema(Schema):
    """A form or a body."""

    name = PersonName()
    email = Email(load_default=None)
    phone = Phone(load_default=None)
    words = Words(100, load_default="")


class FormSchema(SampleSchema):
    """A form with a field of every kind."""

    language = fields.String(load_default=None)
    how = fields.String(load_default=None)
    days = fields.List(fields.String(), load_default=list)
    consent = fields.Boolean(load_default=False)


def always_the_same(_: Audience) -> tuple[int, int, int]:
    return 212, 340, 17


def sample_app(
    clock: Clock | None = None,
    settings: CoreSettings | None = None,
    sendgrid_key: str = "",
    count: Count = always_the_same,
    *,
    proxies: int = 0,
) -> Flask:
    settings, clock = settings or sample_settings(), clock or StandingClock()
    database = connect(settings.database_url, "sample")
    backbone = Backbone(
        settings, database, Vault(database, settings.key_encryption_key), Fingerprints(settings.pepper), clock
    )
    assembly = Assembly(
        reactions({}), pages=[_pages(backbone, count), _webhooks(backbone, sendgrid_key)], api=[sample_blueprint()]
    )
    service = Service("sample", lambda _: assembly, tables(), Path(__file__).parent / "nowhere")
    return create_app([(service, backbone, assembly)], settings, proxies=proxies)


def visit(client: FlaskClient, path: str, **headers: str) -> Any:
    """Ask as a browser does."""
    return client.get(path, headers={"Accept": "text/html", **{k.replace("_", "-"): v for k, v in headers.items()}})


def sign_in(client: FlaskClient, organizer: Organizer = AMRIT) -> str:
    """Sign in; the session's CSRF token."""
    answer = client.post("/test/sign-in", json=vars(organizer)).get_json()
    return str(answer["token"])


def _pages(backbone: Backbone, count: Count) -> Blueprint:
    pages = Blueprint("sample_pages", __name__)

    @pages.get("/open")
    @public
    def anybody() -> str:
        return render_template_string(
            '{% extends "layout.html" %}{% block title %}{{ _("Petitions") }}{% endblock %}'
            '{% block content %}<a href="{{ url_for("sample_pages.anybody") }}">{{ _("Events") }}</a>{% endblock %}'
        )

    @pages.post("/open")
    @public
    def read() -> Any:
        values, problems = read_form(SampleSchema())
        return jsonify(values=values, problems=problems)

    @pages.get("/console/page")
    def console() -> str:
        return render_template_string('{% extends "console.html" %}{% block content %}{{ csrf_field() }}{% endblock %}')

    @pages.get("/form")
    @public
    def form() -> str:
        return render_template_string(FORM, values={}, problems={})

    @pages.post("/form")
    @public
    def filled_in() -> Any:
        values, problems = read_form(FormSchema())
        return render_template_string(FORM, values=values, problems=problems), 422 if problems else 200

    @pages.get("/console/review")
    def review() -> str:
        return render_template_string(REVIEW, announcement=ANNOUNCEMENT)

    @pages.post("/console/page")
    def change() -> str:
        return current_organizer().name

    @pages.get("/console/owners")
    @organizer_role("owner")
    def owners() -> str:
        return "owners"

    @pages.get("/visit")
    @visitor
    def ask() -> str:
        return "who are you?"

    @pages.post("/visit")
    @visitor
    def answer() -> str:
        return "welcome"

    @pages.post("/test/sign-in")
    @public
    def test_sign_in() -> Any:
        from flask_wtf.csrf import generate_csrf

        guard.sign_in(Organizer(**request.get_json()), backbone.clock())
        return jsonify(token=generate_csrf())

    @pages.get("/fails/<how>")
    @public
    def fails(how: str) -> str:
        raise _FAILURES[how]

    @pages.get("/aborts/<int:status>")
    @public
    def aborts(status: int) -> str:
        abort(status)

    @pages.get("/own-answer")
    @public
    def own_answer() -> str:
        abort(Response("own words", 409))

    @pages.post("/console/audiences/count")
    def count_audience() -> Any:
        audience, channels = read_audience(request.form), read_channels(request.form)
        return jsonify(count_answer(backbone.settings.secret_key, audience, channels, *count(audience)))

    @pages.post("/console/announce")
    def announce() -> Any:
        announcement = read_announcement(request.form, current_organizer(), backbone.settings.secret_key)
        return render_template_string(ANNOUNCED, announcement=announcement)

    pages.add_url_rule("/both", view_func=_Both.as_view("both"))
    return pages


class _Both(MethodView):
    """Open to read, for owners to change."""

    @public
    def get(self) -> str:
        return "read"

    @organizer_role("owner")
    def put(self) -> str:
        return "changed"


FORM = """
{% extends "layout.html" %}{% import "forms.html" as forms with context %}
{% block title %}{{ _("Sign out") }}{% endblock %}
{% block content %}
<h1>A form</h1>
{% if request.method == "POST" and not problems %}
<div class="notice good" role="status"><p>Thank you</p></div>
{% endif %}
<form method="post" class="card stack" novalidate>
  {{ forms.summary(problems, {"name": "Your name"}) }}
  {{ forms.text("name", "Your name", values, problems, required=True, autocomplete="name") }}
  {{ forms.text("email", "E-mail", values, problems, type="email", hint="We never show it.") }}
  {{ forms.text("phone", "Telephone", values, problems, type="tel") }}
  {{ forms.area("words", "Why you sign", values, problems) }}
  {{ forms.choice("language", "Language", [("en", "English"), ("fr", "Français")], values, problems) }}
  {{ forms.radios("how", "How will you come?", [("foot", "On foot"), ("bus", "By bus")], values, problems) }}
  {{ forms.ticks("days", "Which days?", [("sat", "Saturday"), ("sun", "Sunday")], values, problems) }}
  {{ forms.tick("consent", "E-mail me", values, problems, hint="You can leave at any time.") }}
  {{ forms.button("Sign") }} {{ forms.button("Later", "quiet") }} {{ forms.button("Erase", "danger") }}
</form>
<div class="progress"><span class="number">16,204</span><progress max="100" value="81">81 %</progress></div>
<div class="row">
  <span class="badge">Draft</span><span class="badge good">Open</span>
  <span class="badge warn">Full</span><span class="badge bad">Cancelled</span>
</div>
<div class="notice"><p>Something to know.</p></div>
<div class="notice warn"><p>Few places are left.</p></div>
<div class="table"><table><thead><tr><th scope="col">Office</th><th scope="col">Calls</th></tr></thead>
<tbody><tr><td>Ottawa</td><td>12</td></tr></tbody></table></div>
<p class="muted">A word in passing.</p>
{% endblock %}
"""
REVIEW = """
{% extends "console.html" %}
{% block title %}Review{% endblock %}
{% block width %}narrow{% endblock %}
{% block content %}
<h1>Review</h1>
<form method="post" action="/console/announce" class="stack">
  {{ csrf_field() }}
  {% include "announcement.html" %}
</form>
{% endblock %}
"""
ANNOUNCED = """
{% extends "console.html" %}
{% block content %}
<p role="status">{{ announcement.channels | join(", ") if announcement else "nobody" }}</p>
{% endblock %}
"""
ANNOUNCEMENT = {
    "channels": ["text", "email", "ring"],
    "campaign": "renew-pgwp",
    "petitions": "fix-pgwp",
    "wordings": {
        "en": {"text": "{first_name}, sign: {link}", "subject": "Sign", "body": "Hello {first_name}"},
        "fr": {"text": "{first_name}, signez : {link}", "subject": "Signez", "body": "Bonjour {first_name}"},
    },
    "fields": [("first_name", "what each person is called"), ("link", "https://act.example.org/petitions/fix-pgwp")],
    "confirm": "Open the petition",
}


def _webhooks(backbone: Backbone, sendgrid_key: str) -> Blueprint:
    webhooks = Blueprint("sample_webhooks", __name__)

    @webhooks.post("/webhooks/twilio")
    @webhook
    def twilio() -> Any:
        return jsonify(verified_twilio_form(TWILIO_TOKEN, backbone.settings.public_url))

    @webhooks.post("/webhooks/sendgrid")
    @webhook
    def sendgrid() -> Any:
        return jsonify(len(verified_sendgrid_events(sendgrid_key, backbone.clock())))

    return webhooks


def sample_blueprint() -> Any:
    api = flask_smorest.Blueprint("sample", "sample", url_prefix="/api")

    @api.post("/samples")  # type: ignore[untyped-decorator]
    @api.arguments(SampleSchema)  # type: ignore[untyped-decorator]
    @api.response(201)  # type: ignore[untyped-decorator]
    @public
    def add(values: dict[str, Any]) -> Mapping[str, Any]:
        return values

    return api


class _TextIsUnstorable(psycopg.DataError):
    pass


_FAILURES: dict[str, Exception] = {
    "unexpected": RuntimeError("amrit@example.org lives at M5V 2T6"),
    "unstorable": DataError("INSERT", {}, _TextIsUnstorable("amrit@example.org")),
    "unstorable-in-psycopg": _TextIsUnstorable("a NUL"),
    "away": OperationalError("SELECT", {}, Exception("connection refused by 10.0.0.7")),
    "at-fault": OperationalError(
        "INSERT", {}, psycopg.errors.ProgramLimitExceeded("index row size 9312 exceeds btree version 4 maximum")
    ),
}
