"""The account that PostgreSQL runs as where we are root, which PostgreSQL refuses to be."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.local.trouble import CannotStart

ACCOUNT = "groundswell"
# There on every system; for the smallest images, which cannot add an account.
LAST_RESORT = "nobody"


@dataclass(frozen=True)
class SystemUser:
    """An account without privileges."""

    uid: int
    gid: int

    def may_reach(self, path: Path) -> bool:
        """Whether the account may pass through every folder above the path."""
        return all(self._may(parent, stat.S_IXUSR, stat.S_IXOTH) for parent in path.absolute().parents)

    def may_run(self, program: Path) -> bool:
        """Whether the account may reach and run a program."""
        return self.may_reach(program) and self._may(program, stat.S_IXUSR, stat.S_IXOTH)

    def _may(self, path: Path, as_owner: int, as_other: int) -> bool:
        status = path.stat()
        return bool(status.st_mode & (as_owner if status.st_uid == self.uid else as_other))


def unprivileged(keeper_of: Path) -> SystemUser | None:
    """Whom to run as: nobody else where we are not root, the data's owner where there is data, our account otherwise.

    Raises `CannotStart` where there is no such account and none can be made.
    """
    if os.geteuid() != 0:
        return None
    if keeper_of.exists() and keeper_of.stat().st_uid != 0:
        owner = keeper_of.stat()
        return SystemUser(owner.st_uid, owner.st_gid)
    return _find(ACCOUNT) or _add(ACCOUNT) or _find(LAST_RESORT) or _give_up()


def _find(name: str) -> SystemUser | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return SystemUser(entry.pw_uid, entry.pw_gid)


def _add(name: str) -> SystemUser | None:
    if not shutil.which("useradd"):
        return None
    adding = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
    subprocess.run(adding, check=False, capture_output=True)
    return _find(name)


def _give_up() -> SystemUser:
    raise CannotStart(f"PostgreSQL does not run as root: add an account named {ACCOUNT}, or start as another user")
