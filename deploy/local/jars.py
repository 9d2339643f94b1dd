"""Kafka's jars: fetched once from Maven Central for all of a person's stacks, and checked against a list."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deploy.local.trouble import CannotStart

KAFKA = "4.3.1"
GROUP = "org.apache.kafka"
SCALA_ARTIFACT = "kafka_2.13"
# What Kafka's logging facade needs to write to the terminal.
LOGGING = "org.slf4j:slf4j-simple:1.7.36"
# Comes with the tools and brings a web server with it; a broker does without.
NOT_NEEDED = "connect-runtime"
LIST = Path(__file__).with_name("kafka-jars.sha256")
TIMEOUT_SECONDS = 60

Say = Callable[[str], None]


def jars_folder() -> Path:
    """Where the jars are kept, beside other caches of this person."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "groundswell" / f"kafka-{KAFKA}"


def are_there() -> bool:
    """Whether the jars have been fetched."""
    return jars_folder().is_dir()


def are_whole() -> bool:
    """Whether the jars are those listed."""
    return checksums(jars_folder()) == _listed()


def class_path() -> str:
    """Kafka's class path. Raises `CannotStart` where the jars are not there."""
    if not are_there():
        raise CannotStart("Kafka is not there yet; fetch it with `groundswell fetch`")
    return str(jars_folder() / "*")


def fetch(say: Say) -> None:
    """Fetch the jars unless they are there, saying how far it is. Raises `CannotStart`."""
    if are_there():
        return
    expected = _listed()
    folder = jars_folder()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix="fetching-") as temporary:
            whole = Path(temporary) / "whole"
            whole.mkdir()
            _download(Path(temporary) / "repository", whole, say, len(expected))
            _check(whole, expected)
            _put_in_place(whole, folder)
    except OSError as error:
        raise CannotStart(f"Kafka could not be fetched: {error}; try again with `groundswell fetch`") from None
    say(f"Kafka {KAFKA} is there")


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of each jar in a folder, by name."""
    return {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in sorted(folder.glob("*.jar"))}


def write_list(say: Say) -> None:
    """Renew the list from what Maven Central has for the version above."""
    with tempfile.TemporaryDirectory() as temporary:
        whole = Path(temporary) / "whole"
        whole.mkdir()
        _download(Path(temporary) / "repository", whole, say, len(_listed()))
        lines = [f"{checksum}  {name}\n" for name, checksum in checksums(whole).items()]
    LIST.write_text("".join(lines))


def _download(repository: Path, whole: Path, say: Say, expected: int) -> None:
    """Find what Kafka needs and bring it, jar by jar, into the folder `whole`."""
    say(f"fetching Kafka {KAFKA}: looking up what it needs")
    try:
        for number, artifact in enumerate(_artifacts(repository), start=1):
            shutil.move(artifact.resolve(), whole / artifact.filename)
            if number % 10 == 0 or number == expected:
                say(f"fetching Kafka {KAFKA}: {number} of {expected} files")
    except RuntimeError as error:
        # What jgo raises where a repository does not have a file.
        raise CannotStart(f"Kafka could not be fetched: {str(error).splitlines()[0]}") from None


def _artifacts(repository: Path) -> list[Any]:
    from jgo.maven import MavenContext

    maven = MavenContext(repo_cache=repository, local_repos=[], timeout=TIMEOUT_SECONDS)
    left_out = [maven.project(GROUP, NOT_NEEDED)]
    wanted = [
        maven.create_dependency(f"{GROUP}:{SCALA_ARTIFACT}:{KAFKA}", exclusions=left_out),
        maven.create_dependency(f"{GROUP}:kafka-tools:{KAFKA}", exclusions=left_out),
        maven.create_dependency(LOGGING),
    ]
    direct, further = maven.resolver.resolve(wanted)
    return [one.artifact for one in (*direct, *further) if one.scope in (None, "compile", "runtime")]


def _listed() -> dict[str, str]:
    pairs = [line.split() for line in LIST.read_text().splitlines()]
    return {name: checksum for checksum, name in pairs}


def _check(folder: Path, expected: dict[str, str]) -> None:
    found = checksums(folder)
    wrong = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
    if wrong:
        raise CannotStart(f"Kafka could not be fetched whole: {', '.join(wrong[:3])} is not what {LIST.name} lists")


def _put_in_place(whole: Path, folder: Path) -> None:
    try:
        whole.rename(folder)
    except OSError:
        if not folder.is_dir():  # otherwise another process was quicker
            raise


if __name__ == "__main__":
    write_list(print)
