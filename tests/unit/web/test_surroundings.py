"""What surrounds every answer: safe headers, what may be kept, health and metrics, and a log without addresses."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from shared.web.middleware import SECURE_HEADERS
from tests.unit.web.sample import sample_app, sample_settings, sign_in, visit


@pytest.mark.parametrize(
    "path", ["/open", "/nowhere", "/fails/unexpected", "/healthz", "/console/page", "/api/samples"]
)
def test_every_answer_has_the_headers_that_keep_a_browser_safe(path: str) -> None:
    answer = visit(sample_app().test_client(), path)

    for name, value in SECURE_HEADERS:
        assert answer.headers[name] == value


def test_the_policy_lets_nothing_in_from_elsewhere_and_nothing_inline() -> None:
    policy = dict(SECURE_HEADERS)["Content-Security-Policy"]

    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split("; ")}
    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"] == ["'self'"]
    assert rules["style-src"] == ["'self'"]
    assert rules["frame-ancestors"] == ["'none'"]
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("public_url", "only_https"), [("http://127.0.0.1:8000", False), ("https://act.example.org", True)]
)
def test_only_a_site_on_https_says_that_it_stays_there(public_url: str, only_https: bool) -> None:
    answer = visit(sample_app(settings=sample_settings(public_url)).test_client(), "/open")

    assert ("Strict-Transport-Security" in answer.headers) is only_https


def test_a_page_is_for_its_visitor_only_and_a_static_file_may_be_kept_for_a_year() -> None:
    client = sample_app().test_client()

    page = visit(client, "/open")
    style = client.get(_asset(page.text, "style.css"))

    assert page.headers["Cache-Control"] == "private, no-cache"
    assert "max-age=31536000" in style.headers["Cache-Control"]


def test_health_and_readiness_are_plain_words() -> None:
    client = sample_app().test_client()

    alive, ready = client.get("/healthz"), client.get("/readyz")

    assert (alive.status_code, alive.text) == (200, "alive\n")
    assert (ready.status_code, ready.text) == (503, "a database does not answer\n")


def test_metrics_count_requests_by_route_and_are_not_shown_through_a_proxy() -> None:
    client = sample_app().test_client()
    visit(client, "/aborts/410")

    direct = client.get("/metrics")
    through = client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})

    assert 'endpoint="sample_pages.aborts",method="GET",service="sample",status="410"' in direct.text
    assert through.status_code == 404


def test_metrics_are_not_shown_through_a_trusted_proxy_either() -> None:
    client = sample_app(proxies=1).test_client()

    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404


def test_behind_a_trusted_proxy_the_address_is_the_visitors() -> None:
    app = sample_app(proxies=1)
    seen: list[str | None] = []
    app.before_request(lambda: seen.append(_remote()))

    app.test_client().get("/open", headers={"X-Forwarded-For": "198.51.100.66, 203.0.113.9"})

    assert seen == ["203.0.113.9"]


def test_without_a_trusted_proxy_nobody_can_say_they_are_somebody_else() -> None:
    app = sample_app()
    seen: list[str | None] = []
    app.before_request(lambda: seen.append(_remote()))

    app.test_client().get("/open", headers={"X-Forwarded-For": "203.0.113.9"})

    assert seen == ["127.0.0.1"]


def test_a_request_is_one_log_line_without_what_was_asked_for() -> None:
    client = sample_app().test_client()

    with capture_logs() as lines:
        visit(client, "/fails/amrit-kaur?email=amrit@example.org")
        visit(client, "/secret-token")
        client.get("/healthz")

    requests = [line for line in lines if line["event"] == "request"]
    assert [(line["route"], line["status"]) for line in requests] == [("/fails/<how>", 500), ("unknown", 404)]
    assert "amrit" not in str([line for line in lines if line["event"] == "request"])
    assert "secret-token" not in str(lines)


def test_a_page_of_the_console_says_who_is_signed_in() -> None:
    client = sample_app().test_client()
    sign_in(client)

    page = visit(client, "/console/page").text

    assert "Amrit Kaur" in page
    assert 'action="/console/sign-out"' in page
    assert 'name="robots" content="noindex"' in page


def _asset(page: str, name: str) -> str:
    start = page.index(f"/static/{name}")
    return page[start : page.index('"', start)]


def _remote() -> Any:
    from flask import request

    return request.remote_addr
