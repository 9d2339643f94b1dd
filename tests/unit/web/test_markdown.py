"""Markdown becomes HTML that cannot run, load or disguise anything."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.web.markdown import markdown

_TAG = re.compile(r"<(/?)([a-zA-Z0-9]+)([^>]*)>")
_HARMLESS = {
    *("p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "h2", "h3", "h4")
}
_ATTRIBUTES = re.compile(
    r'( (href="(https?:|mailto:|tel:|/|#|[^":]*")[^"]*"?|rel="noopener nofollow"|start="\d+"))* ?/?'
)
_PIECES = st.sampled_from(
    [
        *("<script>", "</script>", "<img/src=x/onerror=alert(1)>", "<a/href=", "<svg/onload=", "<!--", "-->", "<", ">"),
        *("javascript:", "vbscript:", "data:text/html,", "http://a.ca", "onclick=", "style=", "&", "&#106;", '"', "'"),
        *("[a](", ")", "![", "](", "`", "```\n", "**", "_", "~~", "# ", "- ", "1. ", "> ", "\\", "|", " ", "x"),
        *("\n", "\n\n", "\x00", "\u202e"),
    ]
)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**Six** things", "<p><strong>Six</strong> things</p>\n"),
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n"),
        ("# Big", "<h2>Big</h2>\n"),
        ("## Less", "<h3>Less</h3>\n"),
        ("[here](https://example.org)", '<p><a href="https://example.org" rel="noopener nofollow">here</a></p>\n'),
        ("ਸਾਰਿਆਂ ਲਈ ਦਰਜਾ", "<p>ਸਾਰਿਆਂ ਲਈ ਦਰਜਾ</p>\n"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>\n"),
        ("", ""),
        (None, ""),
    ],
)
def test_what_organizers_write_is_shown(text: str | None, html: str) -> None:
    assert markdown(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "![x](https://tracker.example/pixel.gif)",
        "<img src=x onerror=alert(1)>",
        '<a href="https://a.ca" onclick="x()">x</a>',
        "<svg/onload=alert(1)>",
        "<style>body{display:none}</style>",
        '[x](https://a.ca "title\\" onmouseover=\\"x")',
        "<javascript:alert(1)>",
    ],
)
def test_nothing_runs_and_nothing_is_loaded(text: str) -> None:
    _assert_harmless(str(markdown(text)))


@given(st.lists(_PIECES | st.text(max_size=4), max_size=25).map("".join))
def test_whatever_is_written_only_harmless_tags_come_out(text: str) -> None:
    _assert_harmless(str(markdown(text)))


def _assert_harmless(html: str) -> None:
    for _, tag, attributes in _TAG.findall(html):
        assert tag in _HARMLESS, html
        assert _ATTRIBUTES.fullmatch(attributes), html
    assert "<" not in _TAG.sub("", html)
