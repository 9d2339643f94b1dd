"""What a local stack runs, and what it does not."""

from pathlib import Path

from deploy.local.data_folder import DataFolder
from deploy.local.settings import keep_settings
from deploy.local.stack import Plan, programs, worker_of
from shared.installed import service_names

ELSEWHERE = {
    "GROUNDSWELL_DATABASE_URL": "postgresql://us@db.example.ca:5432",
    "GROUNDSWELL_KAFKA": "kafka.example.ca:9092",
}


def test_servers_that_are_elsewhere_are_used_and_not_started(tmp_path: Path) -> None:
    plan = _plan(tmp_path)

    started = {program.name: program for program in programs(plan)}

    assert {"postgres", "kafka"}.isdisjoint(started)
    for program in started.values():
        assert program.environment["GROUNDSWELL_KAFKA"] == ELSEWHERE["GROUNDSWELL_KAFKA"]
        assert set(program.after) <= set(started)


def test_every_installed_service_has_a_worker_with_a_port_of_its_own(tmp_path: Path) -> None:
    plan = _plan(tmp_path)

    ports = [port for program in programs(plan) for port in program.ports]

    assert {worker_of(name) for name in service_names()} <= {program.name for program in programs(plan)}
    assert len(ports) == len(set(ports))


def test_no_secret_is_shown_where_a_program_is_printed(tmp_path: Path) -> None:
    plan = _plan(tmp_path)

    shown = repr(programs(plan))

    assert plan.settings["GROUNDSWELL_SECRET_KEY"] not in shown
    assert plan.settings["GROUNDSWELL_PEPPER"] not in shown


def _plan(tmp_path: Path) -> Plan:
    settings, ports = keep_settings(tmp_path / "settings.env", {})
    return Plan(DataFolder(tmp_path), ports, settings, ELSEWHERE)
