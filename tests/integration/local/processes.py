"""Small programs to supervise, and a look at which processes are left."""

import sys
from pathlib import Path
from typing import Any

import psutil

from deploy.local.program import Program

# Writes its process id and that of a child of its own, and lives until it is ended.
PARENT = """
import os, pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
pathlib.Path(sys.argv[1]).write_text(f"{os.getpid()} {child.pid}")
print("ready", flush=True)
time.sleep(600)
"""


def python(name: str, script: str, *arguments: str, **how: Any) -> Program:
    """A program that is a few lines of Python."""
    return Program(name=name, command=(sys.executable, "-c", script, *arguments), **how)


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be reaped does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def family_of(pid: int) -> list[psutil.Process]:
    """A process and all that it started, and they started."""
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def pids_in(file: Path) -> list[int]:
    """The process ids that a program wrote down; none before it did."""
    return [int(pid) for pid in file.read_text().split()] if file.exists() else []


def none_is_left(processes: list[psutil.Process]) -> bool:
    """Whether all of them have ended."""
    return not any(process.is_running() and is_alive(process.pid) for process in processes)
