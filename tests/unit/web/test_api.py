"""What is refused of a program's request before a view sees it, and how an API describes itself."""

import pytest

from shared.web.api import DEEPEST, register_api
from tests.unit.web.sample import sample_app

PATH = "/api/samples"


@pytest.mark.parametrize(
    "body", ["", "{", "[1,", "{'name': 1}", '{"name": NaN}', '{"name": "\\ud800"}', "\x00", "{}{}"]
)
def test_malformed_json_is_400(body: str) -> None:
    answer = sample_app().test_client().post(PATH, data=body, content_type="application/json")

    assert (answer.status_code, answer.get_json(force=True)["title"]) == (400, "Malformed JSON")


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_is_not_json_is_415(content_type: str) -> None:
    answer = sample_app().test_client().post(PATH, data='{"name": "Mei"}', content_type=content_type)

    assert (answer.status_code, answer.get_json(force=True)["title"]) == (415, "Not JSON")


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_json_that_is_nested_too_deep_is_400(opening: str) -> None:
    closing = "]" if opening == "[" else "}"
    body = opening * 20_000 + "1" + closing * 20_000

    answer = sample_app().test_client().post(PATH, data=body[: 60 * 1024], content_type="application/json")

    assert answer.status_code == 400


def test_brackets_beside_each_other_are_not_deep() -> None:
    body = '{"name": "Mei", "words": "' + "[]" * (DEEPEST // 4) + '", "x": [' + ",".join(["{}"] * DEEPEST) + "]}"

    answer = sample_app().test_client().post(PATH, data=body, content_type="application/json")

    assert answer.get_json(force=True)["fields"] == {"x": ["There is no such field."]}


def test_a_body_that_is_too_large_is_413() -> None:
    answer = sample_app().test_client().post(PATH, json={"name": "x" * 70_000})

    assert (answer.status_code, answer.content_type) == (413, "application/problem+json")


@pytest.mark.parametrize("body", ["[]", "null", "1", '"text"', "true"])
def test_json_that_is_no_object_is_422(body: str) -> None:
    answer = sample_app().test_client().post(PATH, data=body, content_type="application/json")

    assert answer.status_code == 422


@pytest.mark.parametrize("value", [None, 1, True, [], {}, ["Mei"], ""])
def test_a_name_that_is_no_text_is_422_with_the_field(value: object) -> None:
    answer = sample_app().test_client().post(PATH, json={"name": value})

    assert answer.status_code == 422
    assert list(answer.get_json(force=True)["fields"]) == ["name"]


def test_problems_are_told_in_the_language_of_the_request() -> None:
    answer = sample_app().test_client().post(PATH, json={}, headers={"Accept-Language": "fr"})

    assert answer.get_json(force=True)["fields"] == {"name": ["Remplissez ce champ."]}


def test_the_description_names_errors_as_they_are_answered() -> None:
    from flask import Flask

    from tests.unit.web.sample import sample_blueprint

    spec = register_api(Flask(__name__), "sample", [sample_blueprint()]).spec.to_dict()

    assert spec["openapi"] == "3.1.0"
    refused = spec["paths"]["/api/samples"]["post"]["responses"]["422"]["$ref"].rpartition("/")[2]
    assert list(spec["components"]["responses"][refused]["content"]) == ["application/problem+json"]
    assert spec["components"]["schemas"]["Sample"]["properties"]["email"]["format"] == "email"
