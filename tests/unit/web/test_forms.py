"""The macros that every form is made of: what was typed is shown as it was, and what is wrong belongs to its field."""

from html.parser import HTMLParser
from typing import Any

import pytest
from flask import render_template_string
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.web.sample import sample_app

APP = sample_app()
DAYS = [("sat", "Saturday"), ("sun", "Sunday")]


class _Tags(HTMLParser):
    """Every tag with its attributes, and the text inside text areas."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.typed: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag
        if tag == "textarea":
            self.typed.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "textarea":
            self.typed[-1] += data


def render(call: str, **context: Any) -> _Tags:
    with APP.test_request_context("/"):
        page = render_template_string(
            '{% import "forms.html" as forms with context %}{{ ' + call + " }}",
            **{"problems": {}, "values": {}, **context},
        )
    tags = _Tags()
    tags.feed(page)
    return tags


def only(tags: _Tags, name: str) -> dict[str, str | None]:
    (attributes,) = [attributes for tag, attributes in tags.tags if tag == name]
    return attributes


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=40))
def test_what_was_typed_is_shown_as_it_was(typed: str) -> None:
    line = render('forms.text("a", "A", values)', values={"a": typed})
    area = render('forms.area("a", "A", values)', values={"a": typed})

    assert only(line, "input")["value"] == typed
    # A browser drops the one line break after the tag, which is ours.
    assert area.typed == ["\n" + typed]


def test_a_password_is_never_shown_again() -> None:
    field = only(render('forms.text("a", "A", values, type="password")', values={"a": "secret"}), "input")

    assert "value" not in field


@pytest.mark.parametrize(
    "call",
    [
        'forms.text("a", "A", values, problems, "Hint")',
        'forms.area("a", "A", values, problems, "Hint")',
        'forms.choice("a", "A", [("x", "X")], values, problems, "Hint")',
        'forms.radios("a", "A", [("x", "X")], values, problems, "Hint")',
        'forms.ticks("a", "A", [("x", "X")], values, problems, "Hint")',
        'forms.tick("a", "A", values, problems, "Hint")',
    ],
)
def test_every_field_has_its_ids_and_names_what_describes_it(call: str) -> None:
    right, wrong = render(call), render(call, problems={"a": ["No.", "Never."]})

    for tags, described in ((right, "hint-a"), (wrong, "problem-a hint-a")):
        ids = [attributes["id"] for _, attributes in tags.tags if "id" in attributes]
        assert (len(ids), set(ids)) == (len(set(ids)), {"field-a", *described.split()})
        assert described in [attributes.get("aria-describedby") for _, attributes in tags.tags]


def test_what_is_wrong_is_said_on_top_with_a_link_to_its_field() -> None:
    tags = render('forms.summary(problems, {"name": "Name"})', problems={"name": ["Please fill this in."]})

    assert [attributes["href"] for tag, attributes in tags.tags if tag == "a"] == ["#field-name"]
    assert render("forms.summary(problems)").tags == []


@pytest.mark.parametrize("given_", [2, "2"])
def test_the_choice_that_was_made_is_shown(given_: Any) -> None:
    tags = render('forms.choice("a", "A", [(1, "one"), (2, "two"), ("", "none")], values)', values={"a": given_})

    assert [attributes["value"] for tag, attributes in tags.tags if "selected" in attributes] == ["2"]


@pytest.mark.parametrize(
    ("macro", "given_", "chosen"),
    [
        ("ticks", ["sat", "sun"], ["sat", "sun"]),
        ("ticks", ("sun",), ["sun"]),
        ("ticks", "sat", ["sat"]),
        ("ticks", [], []),
        ("ticks", None, []),
        ("radios", "sun", ["sun"]),
        ("radios", None, []),
        ("radios", "su", []),
    ],
)
def test_the_boxes_that_were_ticked_are_shown(macro: str, given_: Any, chosen: list[str]) -> None:
    tags = render(f'forms.{macro}("a", "A", days, values)', values={"a": given_}, days=DAYS)

    assert [attributes["value"] for _, attributes in tags.tags if "checked" in attributes] == chosen


@pytest.mark.parametrize(
    ("given_", "ticked"), [(True, True), ("true", True), ("on", True), (False, False), (None, False), ("", False)]
)
def test_one_box_is_ticked_where_it_was(given_: Any, ticked: bool) -> None:
    box = only(render('forms.tick("a", "A", values)', values={"a": given_}), "input")

    assert ("checked" in box, box["value"]) == (ticked, "true")


def test_a_field_that_need_not_be_filled_in_says_so() -> None:
    with APP.test_request_context("/?lang=fr"):
        page = render_template_string(
            '{% import "forms.html" as forms with context %}'
            '{{ forms.text("a", "A") }}{{ forms.text("b", "B", required=True) }}'
        )

    assert page.count("facultatif") == 1
    assert page.count(" required") == 1
