"""Settings are read together, and whatever is wrong with them is one line that an operator can act on."""

import base64
import secrets
from dataclasses import dataclass, fields

import pytest

from shared.settings import CoreSettings, SettingsAreWrong, describe, host_and_port, load, setting, whole_number

KEY = base64.b64encode(b"k" * 32).decode()
SECRET = "a-password-that-nobody-may-read-in-a-log"
GOOD = {
    "DATABASE_URL": f"postgresql://groundswell:{SECRET}@127.0.0.1:5432",
    "KAFKA": "127.0.0.1:9092",
    "PUBLIC_URL": "https://act.example.ca",
    "SECRET_KEY": SECRET,
    "PEPPER": KEY,
    "KEY_ENCRYPTION_KEY": KEY,
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Nothing but good settings, to be made worse."""
    for one in fields(CoreSettings):
        monkeypatch.delenv(f"GROUNDSWELL_{one.name.upper()}", raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(f"GROUNDSWELL_{name}", value)
    return monkeypatch


def complaint() -> str:
    with pytest.raises(SettingsAreWrong) as refusal:
        load(CoreSettings)
    return str(refusal.value)


def test_good_settings_are_read_with_their_types(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("GROUNDSWELL_KAFKA", "one:9092, two:9093")
    environment.setenv("GROUNDSWELL_PUBLIC_URL", "https://act.example.ca/")
    environment.setenv("GROUNDSWELL_KAFKA_PARTITIONS", "12")

    settings = load(CoreSettings)

    assert settings.kafka == ("one:9092", "two:9093")
    assert settings.public_url == "https://act.example.ca"
    assert settings.kafka_partitions == 12
    assert settings.pepper == b"k" * 32
    assert settings.kafka_replicas == 1


WRONG = [
    ("DATABASE_URL", "mysql://root@127.0.0.1", "postgresql://user:password@host:port"),
    ("DATABASE_URL", "127.0.0.1:5432", "postgresql://user:password@host:port"),
    ("DATABASE_URL", "postgresql://", "postgresql://user:password@host:port"),
    ("DATABASE_URL", "", "postgresql://user:password@host:port"),
    ("KAFKA", "", "host:port"),
    ("KAFKA", "broker", "host:port"),
    ("KAFKA", "broker:port", "host:port"),
    ("KAFKA", ":9092", "host:port"),
    ("KAFKA", "one:9092,two", "host:port"),
    ("PUBLIC_URL", "act.example.ca", "https://host"),
    ("PUBLIC_URL", "ftp://act.example.ca", "https://host"),
    ("PUBLIC_URL", "https://", "https://host"),
    ("SECRET_KEY", "too short", "32"),
    ("SECRET_KEY", "", "32"),
    ("PEPPER", "no base64!", "openssl rand -base64 32"),
    ("PEPPER", base64.b64encode(b"k" * 31).decode(), "openssl rand -base64 32"),
    ("KEY_ENCRYPTION_KEY", base64.b64encode(b"k" * 33).decode(), "openssl rand -base64 32"),
    ("KEY_ENCRYPTION_KEY", "", "openssl rand -base64 32"),
    ("KAFKA_REPLICAS", "three", "whole number"),
    ("KAFKA_REPLICAS", "-1", "whole number"),
    ("KAFKA_PARTITIONS", "1.5", "whole number"),
]


@pytest.mark.parametrize(("name", "value", "advice"), WRONG)
def test_a_wrong_setting_is_one_line_that_names_it_and_says_what_to_write(
    environment: pytest.MonkeyPatch, name: str, value: str, advice: str
) -> None:
    environment.setenv(f"GROUNDSWELL_{name}", value)

    line = complaint()

    assert "\n" not in line
    assert f"GROUNDSWELL_{name} " in line
    assert advice in line


CHOICES = [
    ("KAFKA_SECURITY", "plaintext", "SASL_SSL"),
    ("LOG_LEVEL", "info", "WARNING"),
    ("LOG_LEVEL", "VERBOSE", "WARNING"),
]


@pytest.mark.parametrize(("name", "value", "choice"), CHOICES)
def test_a_word_that_is_none_of_the_choices_is_told_the_choices(
    environment: pytest.MonkeyPatch, name: str, value: str, choice: str
) -> None:
    environment.setenv(f"GROUNDSWELL_{name}", value)

    line = complaint()

    assert f"GROUNDSWELL_{name} " in line
    assert choice in line


@pytest.mark.parametrize("name", sorted(GOOD))
def test_a_missing_setting_is_one_line_that_names_it(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.delenv(f"GROUNDSWELL_{name}")

    line = complaint()

    assert "\n" not in line
    assert f"GROUNDSWELL_{name} is not set" in line


def test_everything_that_is_wrong_is_told_at_once(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("GROUNDSWELL_PEPPER")
    environment.setenv("GROUNDSWELL_KAFKA", "broker")
    environment.setenv("GROUNDSWELL_SECRET_KEY", "too short")

    line = complaint()

    assert "\n" not in line
    for name in ("PEPPER", "KAFKA", "SECRET_KEY"):
        assert f"GROUNDSWELL_{name} " in line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", f"postgres:/{SECRET}"),
        ("SECRET_KEY", SECRET[:20]),
        ("PEPPER", SECRET),
        ("KEY_ENCRYPTION_KEY", base64.b64encode(SECRET.encode()).decode()),
    ],
)
def test_a_secret_is_never_repeated(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    environment.setenv(f"GROUNDSWELL_{name}", value)

    assert value not in complaint()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", f"postgresql://groundswell:[{SECRET}@127.0.0.1"),
        ("DATABASE_URL", f"postgresql://groundswell:{SECRET}@127.0.0.1:port"),
        ("PUBLIC_URL", "https://[act.example.ca"),
        ("PUBLIC_URL", "https://act.example.ca:port"),
        ("KAFKA_REPLICAS", "²"),
    ],
)
def test_a_value_that_a_parser_stumbles_over_is_a_wrong_setting_too(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    environment.setenv(f"GROUNDSWELL_{name}", value)

    line = complaint()

    assert f"GROUNDSWELL_{name} " in line
    assert SECRET not in line


@pytest.mark.parametrize(
    ("broker", "host"),
    [("kafka.example.ca:9092", "kafka.example.ca"), ("127.0.0.1:9092", "127.0.0.1"), ("[::1]:9092", "::1")],
)
def test_a_broker_can_be_connected_to_by_any_kind_of_address(
    environment: pytest.MonkeyPatch, broker: str, host: str
) -> None:
    environment.setenv("GROUNDSWELL_KAFKA", broker)

    (read,) = load(CoreSettings).kafka

    assert host_and_port(read) == (host, 9092)


@pytest.mark.parametrize("name", ["KAFKA_REPLICAS", "KAFKA_PARTITIONS"])
def test_a_topic_has_at_least_one_partition_and_one_replica(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.setenv(f"GROUNDSWELL_{name}", "0")

    assert f"GROUNDSWELL_{name} " in complaint()


def test_a_services_own_settings_are_read_alike(environment: pytest.MonkeyPatch) -> None:
    @dataclass(frozen=True)
    class PaceSettings:
        account: str = setting("Whose.", secret=True)
        per_second: int = setting("How many a second.", read=whole_number, default=7)

    environment.setenv("GROUNDSWELL_ACCOUNT", "AC1")

    settings = load(PaceSettings)

    assert settings == PaceSettings(account="AC1", per_second=7)


def test_settings_describe_themselves_without_their_values(environment: pytest.MonkeyPatch) -> None:
    described = {variable: (text, default) for variable, text, default in describe(CoreSettings)}

    assert described["GROUNDSWELL_PEPPER"][1] == "required"
    assert described["GROUNDSWELL_KAFKA_REPLICAS"][1] == "`1`"
    assert all(text.endswith(".") for text, _ in described.values())
    assert SECRET not in str(described)


def test_the_settings_of_a_running_process_do_not_print_its_secrets(environment: pytest.MonkeyPatch) -> None:
    """A dataclass that is logged, or shown in a traceback, prints every field."""
    token = secrets.token_hex(32)
    environment.setenv("GROUNDSWELL_SECRET_KEY", token)

    printed = repr(load(CoreSettings))

    assert token not in printed
    assert SECRET not in printed
