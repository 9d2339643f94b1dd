"""What everything in the sandbox stands on: dates, numbers, faults, pace, the account, signatures."""

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from deploy.sandbox.configuration import ConfigurationIsWrong, read_configuration
from deploy.sandbox.dates import period, written
from deploy.sandbox.faults import FaultIsWrong, Faults
from deploy.sandbox.numbers import is_reachable, is_valid, places, readable
from deploy.sandbox.pace import Pace, SettingIsWrong
from deploy.sandbox.signing import signed_request
from deploy.sandbox.web_addresses import is_web_address
from tests.fixtures.sandbox import random_account

NOON = 1795435200.0  # 2026-11-23 12:00:00 UTC


def test_a_day_a_moment_and_open_ends_filter_as_twilio_has_it() -> None:
    assert period("2026-11-23", None, None).covers(NOON)
    assert not period("2026-11-24", None, None).covers(NOON)
    assert period(None, "2026-11-23", None).covers(NOON)
    assert not period(None, "2026-11-22", None).covers(NOON)
    assert period(None, None, "2026-11-23").covers(NOON)
    assert not period(None, None, "2026-11-23T12:00:01Z").covers(NOON)
    assert period(None, None, "2026-11-23T12:00:00Z").covers(NOON)
    assert period(None, None, None).covers(None)
    assert not period(None, "2026-11-23", None).covers(None)


def test_a_moment_is_written_as_twilio_writes_it() -> None:
    assert written(NOON) == "Mon, 23 Nov 2026 12:00:00 +0000"
    assert written(None) is None


@pytest.mark.parametrize(
    ("number", "valid", "reachable"),
    [
        ("+14165550142", True, True),
        ("+442079460000", True, False),
        ("+18765550142", True, False),
        ("4165550142", False, False),
        ("+1416555014", False, False),
        ("+11165550142", False, False),
        ("+1416555014x", False, False),
    ],
)
def test_numbers_are_judged_as_twilio_judges_them(number: str, valid: bool, reachable: bool) -> None:
    assert (is_valid(number), is_reachable(number)) == (valid, reachable)


def test_places_go_with_both_numbers() -> None:
    found = places("+15145550123", "+12125550123")

    assert (found["FromState"], found["FromCountry"], found["ToCountry"]) == ("QC", "CA", "US")
    assert readable("+15145550123") == "(514) 555-0123"


@pytest.mark.parametrize(
    "address", ["", "example.ca", "ftp://example.ca/", "http://", "http://a_b.ca/", "http://[::1", "http://a:b/"]
)
def test_what_twilio_takes_for_no_address(address: str) -> None:
    assert not is_web_address(address)
    assert is_web_address("https://example.ca/webhooks?x=1#rc=3")


def test_a_fault_strikes_as_often_as_it_is_to_and_in_the_proportion_it_is_to() -> None:
    faults = Faults()
    faults.replace([{"endpoint": "mail", "kind": "500", "count": 2}])
    struck = [faults.strike("mail") is not None for _ in range(4)]
    faults.replace([{"endpoint": "mail", "kind": "500", "probability": 0.25}], seed=1)
    share = sum(faults.strike("mail") is not None for _ in range(2000)) / 2000

    assert struck == [True, True, False, False]
    assert 0.2 < share < 0.3
    assert faults.strike("messages") is None


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"endpoint": "mail"},
        {"endpoint": "mail", "kind": "lost"},
        {"endpoint": "mail", "kind": "500", "probability": "often"},
        {"endpoint": "mail", "kind": "500", "count": -1},
        {"endpoint": "mail", "kind": "500", "seconds": -1},
        {"endpoint": "mail", "kind": "500", "when": "always"},
    ],
)
def test_a_fault_that_does_not_exist_is_refused_and_nothing_changes(wrong: dict[str, Any]) -> None:
    faults = Faults()

    with pytest.raises(FaultIsWrong):
        faults.replace([{"endpoint": "calls", "kind": "429"}, wrong])

    assert faults.active == []


def test_pace_changes_all_or_nothing() -> None:
    pace = Pace()

    with pytest.raises(SettingIsWrong):
        pace.change({"speed": 10, "calls_per_second": 0})
    pace.change({"speed": 4, "concurrent_calls": None})

    assert pace.real(2) == 0.5


def test_a_get_carries_its_form_in_the_address_that_is_signed() -> None:
    method, url, headers, body = signed_request(b"token", "GET", "http://127.0.0.1/a?b=1#rc=2", {"c": "d e"}, "T")

    assert (method, url, body) == ("GET", "http://127.0.0.1/a?b=1&c=d+e", b"")
    assert headers["I-Twilio-Idempotency-Token"] == "T"


def read(**changes: str) -> Any:
    return read_configuration(
        {**random_account(), **changes},
        port=1,
        messaging_webhook="http://127.0.0.1:1/a",
        event_webhook="http://127.0.0.1:1/b",
        specs=Path("/no/such/place") if changes.get("specs") else None,
    )


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def test_the_event_key_is_taken_as_pem_as_its_base64_or_made_anew() -> None:
    key = ec.generate_private_key(ec.SECP256R1())

    for text in (pem(key), pem(key).replace("\n", "\\n"), b64encode(pem(key).encode()).decode()):
        assert read(SANDBOX_SENDGRID_PRIVATE_KEY=text).event_key.private_numbers() == key.private_numbers()
    assert read(SANDBOX_SENDGRID_PRIVATE_KEY="").event_key.private_numbers() != key.private_numbers()


@pytest.mark.parametrize(
    "changes",
    [
        {"GROUNDSWELL_TWILIO_ACCOUNT_SID": ""},
        {"GROUNDSWELL_TWILIO_ACCOUNT_SID": "AC12"},
        {"GROUNDSWELL_TWILIO_CALL_FROM": "+1"},
        {"GROUNDSWELL_TWILIO_MESSAGING_SERVICE_SID": "MG12"},
        {"GROUNDSWELL_SENDGRID_API_KEY": " "},
        {"SANDBOX_SENDGRID_PRIVATE_KEY": pem(rsa.generate_private_key(65537, 2048))},
        {"SANDBOX_SENDGRID_PRIVATE_KEY": pem(ec.generate_private_key(ec.SECP384R1()))},
        {"specs": "yes"},
    ],
)
def test_an_account_that_is_not_whole_is_refused_in_one_line(changes: dict[str, str]) -> None:
    with pytest.raises(ConfigurationIsWrong) as wrong:
        read(**changes)

    assert len(str(wrong.value).splitlines()) == 1
