"""The account under which an embedded server runs, and the folders that it can reach."""

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from deploy.local import tether

SYSTEM_STATE = (Path("/var/lib/juqu"), Path("/var/tmp/juqu"))  # noqa: S108


@dataclass(frozen=True, slots=True)
class Account:
    """A user and group of this machine; ``uid`` -1 means: whoever runs us."""

    uid: int = -1
    gid: int = -1

    def reaches(self, *, execute: Path, read: Path | None = None) -> bool:
        """Whether this account may execute (or, for a folder, enter) one path and read another."""
        script = 'test -x "$1" && test -r "$2"'
        done = subprocess.run(
            ["/bin/sh", "-c", script, "sh", str(execute), str(read or "/")],
            cwd="/",
            check=False,
            user=None if self.uid < 0 else self.uid,
            group=None if self.uid < 0 else self.gid,
            extra_groups=None if self.uid < 0 else [],
        )
        return done.returncode == 0

    def own(self, path: Path) -> None:
        """Hand a file or folder to this account."""
        if self.uid >= 0:
            os.chown(path, self.uid, self.gid)


def unprivileged() -> Account:
    """``nobody`` when we are root (PostgreSQL refuses to run as root), otherwise whoever runs us."""
    if os.geteuid() != 0:
        return Account()
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def reachable_folder(wanted: Path, account: Account) -> Path:
    """``wanted`` if the account can enter it, else a folder of the system's that stands for it.

    The substitute's name comes from the wanted path, so that the next start finds it again; a file ``moved-to.txt`` in
    the wanted folder says where it is.
    """
    wanted = wanted.absolute()
    wanted.mkdir(parents=True, exist_ok=True)
    if account.uid >= 0 and not account.reaches(execute=wanted):
        wanted.chmod(0o711)
    if account.reaches(execute=wanted):
        return wanted
    digest = hashlib.sha256(str(wanted).encode()).hexdigest()[:16]
    substitute = system_folder() / digest
    substitute.mkdir(mode=0o711, exist_ok=True)
    (wanted / "moved-to.txt").write_text(f"{substitute}\n")
    return substitute


def system_folder() -> Path:
    """A folder of ours that every account can enter; raises ``OSError`` if none can be made or it is not ours."""
    problem: OSError | None = None
    for folder in SYSTEM_STATE:
        try:
            folder.mkdir(mode=0o711, exist_ok=True)
        except OSError as error:
            problem = error
            continue
        status = folder.lstat()
        if folder.is_symlink() or status.st_uid != os.geteuid():
            problem = PermissionError(f"{folder} belongs to another user")
            continue
        folder.chmod(0o711)
        return folder
    raise problem or FileNotFoundError("no system folder")


def reachable_copy(sources: Sequence[Path], name: str) -> Path:
    """Copies folders once, world-readable, under the system folder; gives the folder that now holds them.

    The copy is made beside its place and renamed, so that two starts at once or a crash never leave half of one.
    """
    target = system_folder() / name
    if target.is_dir():
        return target
    building = Path(mkdtemp(prefix=f".{name}-", dir=target.parent))
    try:
        for source in sources:
            shutil.copytree(source, building / source.name, symlinks=True)
        for folder, _, files in os.walk(building):
            Path(folder).chmod(0o755)
            for file in (Path(folder) / each for each in files):
                if not file.is_symlink():
                    file.chmod(0o755 if os.access(file, os.X_OK) else 0o644)
        try:
            building.rename(target)
        except OSError:
            if not target.is_dir():
                raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return target


def tethered(argv: Sequence[str], *, at_death: signal.Signals, account: Account | None = None) -> list[str]:
    """The argument vector that runs ``argv`` tied to this process (``deploy.local.tether``).

    The kernel ties a child to the *thread* that started it; from a thread other than the main one no tie is made, since
    the child would end with that thread.
    """
    main_thread = threading.current_thread() is threading.main_thread()
    who = account or Account()
    facts = (os.getpid(), int(at_death) if main_thread else 0, who.uid, who.gid)
    return [sys.executable, "-I", "-S", str(Path(tether.__file__).absolute()), *map(str, facts), *argv]
