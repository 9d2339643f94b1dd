"""Where the local stack listens."""

import socket
from dataclasses import astuple

import pytest

from deploy.local.ports import WEB_PORTS, WORKERS_AT_MOST, Ports, free_ports, is_taken, require_free
from deploy.local.trouble import CannotStart


def test_all_ports_move_with_the_webs() -> None:
    moved = Ports().moved_to(9000)

    assert (moved.web, moved.sandbox, moved.kafka - moved.postgres) == (9000, 9025, 19092 - 15432)


@pytest.mark.parametrize("web", [WEB_PORTS[0], WEB_PORTS[-1]])
def test_wherever_the_web_may_move_the_others_have_room(web: int) -> None:
    ports = astuple(Ports().moved_to(web))

    assert min(ports) > 1023
    assert max(ports) + WORKERS_AT_MOST < 65_536


def test_ports_survive_the_settings_file() -> None:
    ports = Ports().moved_to(9100)

    assert Ports().as_set_in(ports.as_settings()) == ports


@pytest.mark.parametrize("text", ["", "http", "0", "65536", "-1", "80.5"])
def test_what_is_no_port_is_told_with_the_settings_name(text: str) -> None:
    with pytest.raises(CannotStart, match="LOCAL_KAFKA_PORT"):
        Ports().as_set_in({"LOCAL_KAFKA_PORT": text})


def test_a_taken_port_is_told_with_who_has_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        with pytest.raises(CannotStart) as trouble:
            require_free([port])

    assert str(trouble.value).startswith(f"port is taken: {port}")
    assert "\n" not in str(trouble.value)


def test_free_ports_are_free() -> None:
    ports = free_ports()

    assert not any(is_taken(port) for port in (ports.web, ports.sandbox, ports.postgres, ports.kafka))
