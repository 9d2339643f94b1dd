"""Becomes another command that dies with the supervisor, even where the supervisor is killed and cannot stop it.

Run as a script of its own, before the command and under no thread but its own: what Python can do between fork and
exec in a process with threads is not safe. Arguments: the supervisor's process id, the signal that ends the command
when the supervisor is gone, the account to become (`uid:gid`, or `-`), and the command.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def leash(parent: int, orphan_signal: int, account: str, command: list[str]) -> None:
    """Become the command. Does not return."""
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if account != "-":
        _become(*(int(part) for part in account.split(":")))
    if library:
        # After the change of account, which would clear it.
        library.prctl(PR_SET_PDEATHSIG, orphan_signal)
    if os.getppid() != parent:
        sys.exit(1)  # the supervisor died before the leash was on
    os.execvp(command[0], command)  # noqa: S606 — no shell is wanted


def _become(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


if __name__ == "__main__":
    leash(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])
