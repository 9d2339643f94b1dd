"""The check against the vendors' OpenAPI files: what breaks one is found, and what it says nothing of is let pass.

Small files stand in for the vendors' own here, so that the check itself is tested where those are not at hand. Where
they are, every test with a sandbox holds its whole traffic against them (tests/fixtures/sandbox.py).
"""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.sandbox.configuration import ConfigurationIsWrong
from deploy.sandbox.contracts import Contracts, Exchanged

TEXTS = "/2010-04-01/Accounts/{sid}/Messages.json"
OBJECT = {"type": "object"}
TWILIO = {
    "openapi": "3.0.1",
    "info": {"title": "Texts", "version": "1"},
    "servers": [{"url": "https://api.twilio.com"}],
    "paths": {
        TEXTS: {
            "parameters": [{"name": "sid", "in": "path", "required": True, "schema": {"type": "string"}}],
            "post": {
                "requestBody": {
                    "content": {
                        "application/x-www-form-urlencoded": {
                            "schema": {**OBJECT, "required": ["To"], "properties": {"To": {"type": "string"}}}
                        }
                    }
                },
                "responses": {
                    "201": {
                        "description": "Taken",
                        "content": {
                            "application/json": {
                                "schema": {**OBJECT, "properties": {"status": {"enum": ["queued", "sent"]}}}
                            }
                        },
                    }
                },
            },
        }
    },
}
SENDGRID = {
    "openapi": "3.1.0",
    "info": {"title": "Mail", "version": "1"},
    "servers": [{"url": "https://api.sendgrid.com"}],
    "paths": {
        "/v3/mail/send": {
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {**OBJECT, "properties": {"subject": {"type": "string"}}}}
                    }
                },
                "responses": {"202": {"description": "Taken"}},
            }
        }
    },
}
SENT = Exchanged(
    method="post",
    path=TEXTS.format(sid="AC1"),
    query=(),
    headers=(),
    content_type="application/x-www-form-urlencoded",
    body=b"To=%2B14165550142",
    status=201,
    answer_type="application/json",
    answer=b'{"status": "queued"}',
)
MAILED = Exchanged(
    method="post",
    path="/v3/mail/send",
    query=(),
    headers=(),
    content_type="application/json",
    body=b'{"subject": "Hello"}',
    status=202,
    answer_type="application/octet-stream",
    answer=b"",
)


@pytest.fixture
def contracts(tmp_path: Path) -> Contracts:
    for name, content in (("twilio_api_v2010.json", TWILIO), ("tsg_mail_v3.json", SENDGRID)):
        (tmp_path / name).write_text(json.dumps(content))
    return Contracts(tmp_path)


def found(contracts: Contracts, exchanged: Exchanged) -> list[str]:
    """What is found to be wrong."""
    contracts.look_at(exchanged)
    contracts.settle()
    return list(contracts.violations)


def test_what_keeps_to_the_contract_is_checked_and_nothing_is_found(contracts: Contracts) -> None:
    assert found(contracts, SENT) == []
    assert found(contracts, MAILED) == []
    assert contracts.as_data() == {"checked": 2, "violations": 0}


@pytest.mark.parametrize(
    ("exchanged", "says"),
    [
        (replace(SENT, body=b"From=x"), "the request: "),
        (replace(SENT, answer=b'{"status": "gone"}'), "the answer: status 'gone' is not one of ['queued', 'sent']"),
        (replace(SENT, status=200), "the answer: status 200 is not described"),
        (replace(SENT, status=400, answer=b'{"code": 21211}'), "the error has not Twilio's shape"),
        (replace(SENT, status=500, answer=b"<h1>"), "the error is not JSON"),
        (replace(SENT, path="/2010-04-01/Accounts/AC1/Faxes.json"), "the request: "),
        (replace(MAILED, body=b'{"subject": 7}'), "the request: subject 7 is not of type 'string'"),
    ],
)
def test_what_breaks_it_is_told_down_to_the_field(contracts: Contracts, exchanged: Exchanged, says: str) -> None:
    problems = found(contracts, exchanged)

    assert any(says in problem for problem in problems)
    assert contracts.broken == len(problems)


@pytest.mark.parametrize(
    "exchanged",
    [
        replace(SENT, body=b"", status=400, answer=b'{"code":21604,"message":"m","more_info":"i","status":400}'),
        replace(MAILED, body=b"{", status=400, answer_type="application/json", answer=b'{"errors":[]}'),
        replace(MAILED, status=200),
        replace(SENT, path="/sandbox/api/counts"),
        replace(SENT, path="/postcodes/M5S9Z9/", method="get"),
    ],
)
def test_what_was_refused_or_is_described_nowhere_is_let_pass(contracts: Contracts, exchanged: Exchanged) -> None:
    assert found(contracts, exchanged) == []


def test_without_files_nothing_is_checked() -> None:
    contracts = Contracts(None)

    assert found(contracts, replace(SENT, body=b"")) == []
    assert not contracts.active
    assert contracts.checked == 0


@pytest.mark.parametrize("content", [None, "not JSON"])
def test_a_folder_without_the_files_stops_the_start_with_one_line(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "twilio_api_v2010.json").write_text(content)

    with pytest.raises(ConfigurationIsWrong, match="cannot be read"):
        Contracts(tmp_path)


def test_what_broke_is_forgotten_at_a_reset(contracts: Contracts) -> None:
    found(contracts, replace(SENT, body=b""))

    contracts.clear()

    assert contracts.as_data() == {"checked": 0, "violations": 0}
