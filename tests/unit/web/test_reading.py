"""What people typed becomes values of one form, or a sentence about it in their language."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError, fields, validate

from shared.web.reading import read_form, readable
from tests.unit.web.sample import sample_app

APP = sample_app()


class EverySchema(Schema):
    """Fields of every kind that a form may have."""

    name = fields.String(required=True, validate=validate.Length(min=2, max=5))
    note = fields.String(load_default="", validate=validate.Length(max=3))
    word = fields.String(load_default="", validate=validate.Length(min=3))
    number = fields.Integer(load_default=None, validate=validate.Range(min=1, max=9))
    least = fields.Integer(load_default=None, validate=validate.Range(min=1))
    most = fields.Integer(load_default=None, validate=validate.Range(max=9))
    decimal = fields.Float(load_default=None)
    day = fields.Date(load_default=None)
    moment = fields.NaiveDateTime(load_default=None)
    hour = fields.Time(load_default=None)
    link = fields.Url(load_default=None)
    sure = fields.Boolean(load_default=False)
    colour = fields.String(load_default=None, validate=validate.OneOf(["red", "blue"]))
    days = fields.List(fields.String(), load_default=list)


def read(language: str = "en", **typed: Any) -> tuple[dict[str, Any], dict[str, list[str]]]:
    with APP.test_request_context(f"/?lang={language}", method="POST", data={"csrf_token": "x", **typed}):
        return read_form(EverySchema())


def test_a_field_left_empty_was_not_filled_in() -> None:
    values, problems = read(name="Mei", number="", note="  ", sure="")

    assert problems == {}
    assert (values["number"], values["note"], values["sure"]) == (None, "", False)


def test_a_list_takes_every_box_that_is_ticked_and_another_field_only_one() -> None:
    values, problems = read(name=["Mei", "Jo"], days=["sat", "sun"])

    assert problems == {}
    assert (values["name"], values["days"]) == ("Mei", ["sat", "sun"])


def test_where_something_is_wrong_the_form_can_be_shown_again_as_it_was_typed() -> None:
    values, problems = read(name="Mei", number="many", days=["sat"])

    assert values == {"name": "Mei", "number": "many", "days": ["sat"]}
    assert problems == {"number": ["Write a whole number."]}


@pytest.mark.parametrize(
    ("typed", "english", "french"),
    [
        ({"name": ""}, "Please fill this in.", "Remplissez ce champ."),
        ({"name": "x"}, "Please write 2 to 5 characters.", "Écrivez de 2 à 5 caractères."),
        ({"note": "long"}, "Please shorten this to 3 characters.", "Raccourcissez ce texte à 3 caractères."),
        ({"word": "no"}, "Please write at least 3 characters.", "Écrivez au moins 3 caractères."),
        ({"number": "x"}, "Write a whole number.", "Écrivez un nombre entier."),
        ({"number": "10"}, "Write a number from 1 to 9.", "Écrivez un nombre de 1 à 9."),
        ({"least": "0"}, "Write a number of at least 1.", "Écrivez un nombre d’au moins 1."),
        ({"most": "10"}, "Write a number of at most 9.", "Écrivez un nombre d’au plus 9."),
        ({"decimal": "x"}, "Write a number.", "Écrivez un nombre."),
        ({"day": "tomorrow"}, "Choose a date.", "Choisissez une date."),
        ({"moment": "tomorrow"}, "Choose a date and a time.", "Choisissez une date et une heure."),
        ({"hour": "noon"}, "Choose a time.", "Choisissez une heure."),
        (
            {"link": "here"},
            "Write a web address such as https://example.org.",
            "Écrivez une adresse Web, par exemple https://example.org.",
        ),
        ({"sure": "perhaps"}, "Say yes or no.", "Répondez par oui ou par non."),
        ({"colour": "green"}, "Choose one of: red, blue.", "Choisissez parmi\xa0: red, blue."),
        ({"unknown": "x"}, "There is no such field.", "Ce champ n’existe pas."),
    ],
)
def test_what_is_wrong_is_said_in_words_for_people(typed: dict[str, str], english: str, french: str) -> None:
    (field,) = typed

    _, in_english = read("en", **{"name": "Mei", **typed})
    _, in_french = read("fr", **{"name": "Mei", **typed})

    assert in_english == {field: [english]}
    assert in_french == {field: [french]}


def test_every_text_is_found_however_deep_it_stands() -> None:
    found = {"rows": {0: {"name": ["Missing data for required field."]}, 1: {"name": ["Not a valid string."]}}}

    with APP.test_request_context("/"):
        assert readable(found) == {"rows": ["Please fill this in.", "Write some text."]}


@given(st.dictionaries(st.sampled_from([*EverySchema().fields, "other"]), st.text(max_size=20), max_size=6))
def test_whatever_is_typed_is_read_or_said_to_be_wrong(typed: dict[str, str]) -> None:
    values, problems = read(**typed)

    if problems:
        assert all(texts and all(texts) for texts in problems.values())
        assert {name: value if isinstance(value, str) else value[0] for name, value in values.items()} == {
            name: value for name, value in typed.items() if value.strip()
        }
    else:
        assert set(values) == set(EverySchema().fields)


def test_a_browser_and_a_program_are_told_alike() -> None:
    client: FlaskClient = APP.test_client()

    by_form = client.post("/open", data={"name": "", "email": "x"}).get_json()["problems"]
    by_api = client.post("/api/samples", json={"email": "x"}).get_json(force=True)["fields"]

    assert by_form == by_api


def test_an_error_of_a_field_keeps_its_own_words() -> None:
    with APP.test_request_context("/"):
        assert readable(ValidationError({"name": ["Try another one."]}).messages_dict) == {"name": ["Try another one."]}
