"""Run a program so that it ends with its parent, optionally as another user.

Executed by path, as root if need be, with the standard library only::

    python -I -S tether.py PARENT SIGNAL UID GID PROGRAM [ARGUMENT ...]

PARENT is the process whose death ends the program, SIGNAL what it then receives (0: nothing), UID and GID the account
to become (-1: stay). The program gets a session of its own, so that Ctrl-C in the terminal reaches the launcher alone.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Become the program; returns only by raising ``OSError``."""
    parent, signal, uid, gid = (int(word) for word in arguments[:4])
    program = arguments[4:]
    os.setsid()
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if signal and sys.platform == "linux":
        # After setuid, which clears it. The kernel delivers it when the parent's thread that started us ends.
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit(1)
    os.execv(program[0], program)  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
