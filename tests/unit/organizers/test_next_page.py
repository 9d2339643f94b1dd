"""After signing in nobody is led to a place that is not ours."""

from urllib.parse import quote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.organizers.web.next_page import HOME, local_page

US = "https://act.example.org"
_PIECES = st.sampled_from(
    ["/", "//", "\\", "/console", "console", ":", "@", "?", "#", "..", ".", "%2f", "%5c", "%00", "%0a", "\t", "\n", " ",
     "http:", "javascript:", "evil.example", "sign-in", "sign-out", "next=", "é", "\u2028", "\x00"]
)  # fmt: skip


@pytest.mark.parametrize(
    "page",
    ["/console", "/console/petitions", "/console/petitions/fix-pgwp/review?lang=fr", "/console?lang=fr", "/console/é"],
)
def test_a_page_of_the_console_is_gone_on_to(page: str) -> None:
    assert local_page(page) == page


@pytest.mark.parametrize(
    "page",
    [
        None,
        "",
        "/",
        "/petitions",
        "https://evil.example",
        "https://evil.example/console",
        "//evil.example/console",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/console\\@evil.example",
        "/console@evil.example",
        "/consolecopy",
        "javascript:alert(1)",
        " /console",
        "/console\n/x",
        "/console/\t/x",
        "/console/%0d%0aSet-Cookie:x",
        "/console/%5c%5cevil.example",
        "/console/sign-in",
        "/console/sign-in?next=/console/sign-in",
        "/console/sign-out",
    ],
)
def test_anything_else_leads_home(page: str | None) -> None:
    assert local_page(page) == HOME


@given(st.lists(_PIECES, max_size=8).map("".join) | st.text(max_size=30))
def test_whatever_is_asked_for_a_browser_stays_with_us(asked: str) -> None:
    page = local_page(asked)

    landed = urlsplit(urljoin(f"{US}/console/sign-in", page.replace("\\", "/")))
    assert (landed.scheme, landed.netloc) == ("https", "act.example.org")
    assert page.startswith("/console")
    assert page in (HOME, asked)
    quote(page).encode("ascii")
