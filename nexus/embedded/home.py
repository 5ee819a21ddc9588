"""Where the servers keep their files, under which user, and who may use them now."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from nexus.embedded.errors import CannotStartError

SERVICE_ROOT = Path("/var/lib/nexus-embedded")
SERVICE_USERS = ("nexus", "postgres", "nobody")
SOCKET_NAME_LIMIT = 107  # bytes of sun_path on Linux; macOS has 103
SOCKET_NAME = ".s.PGSQL.5432.lock"


@dataclass(frozen=True)
class Account:
    """The user that runs the servers; `switch` says that we are root and must step down to it."""

    uid: int
    gid: int
    switch: bool

    @classmethod
    def current(cls) -> Self:
        """Ourselves, or a service user when we are root: PostgreSQL refuses to run as root."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), switch=False)
        wanted = os.environ.get("NEXUS_SERVICE_USER")
        for name in (wanted,) if wanted else SERVICE_USERS:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            if entry.pw_uid:
                return cls(entry.pw_uid, entry.pw_gid, switch=True)
        raise CannotStartError("Run this as an ordinary user, or name one in NEXUS_SERVICE_USER.")

    def popen_options(self) -> dict[str, Any]:
        """Keyword arguments that make `subprocess` run a program as this user."""
        if not self.switch:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Hand a path that we have just made to this user."""
        if self.switch:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def can_reach(self, path: Path) -> bool:
        """Whether this user may execute the program; never true of one under a closed /root."""
        if not self.switch:
            return os.access(path, os.X_OK)
        asked = subprocess.run(
            ["/usr/bin/test", "-x", str(path)], cwd="/", check=False, **self.popen_options()
        )
        return asked.returncode == 0


class Home:
    """One set of servers: the state directory of the project and what belongs to it.

    An ordinary user has everything in the state directory. Root keeps only passwords and logs there: data and
    sockets lie in a directory of the service user, because opening the way to the project (often under /root)
    for that user would change the modes of directories that are not ours.
    """

    def __init__(self, state: Path) -> None:
        self.state = state.absolute()
        self.account = Account.current()
        self.path = self.state
        if self.account.switch:
            digest = hashlib.sha256(os.fsencode(self.state)).hexdigest()[:12]
            self.path = SERVICE_ROOT / digest
        self._lock: int | None = None

    @property
    def run(self) -> Path:
        """The directory of PostgreSQL's socket: in the home, or a temporary one if that path is too long."""
        inside = self.path / "run"
        if len(os.fsencode(inside / SOCKET_NAME)) < SOCKET_NAME_LIMIT - 4:
            return inside
        digest = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"nexus-{self.account.uid}-{digest}"

    def log(self, name: str) -> Path:
        """The log file of one server or process."""
        return self.state / "log" / f"{name}.log"

    def claim(self) -> None:
        """Take the lock, or raise CannotStartError when another process has it."""
        self._make_state()
        (self.state / "log").mkdir(mode=0o700, exist_ok=True)
        self._take_lock()

    def furnish(self) -> None:
        """Make the directories of the servers; call only with the lock held."""
        if self.account.switch:
            SERVICE_ROOT.mkdir(mode=0o755, exist_ok=True)
            self._sweep()
            self._drop_leftovers_of_an_earlier_clone()
        _private_directory(self.path, self.account)
        _private_directory(self.run, self.account)

    def _make_state(self) -> None:
        """Make the state directory and those above it that are missing, all private; touch no others."""
        missing = [path for path in self.state.parents if not path.exists()]
        for path in [*reversed(missing), self.state]:
            _private_directory(path)

    def _take_lock(self) -> None:
        handle = os.open(self.state / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 20, 0).decode("ascii", "replace").strip()
            os.close(handle)
            raise CannotStartError(
                f"Servers already run from {self.state} (process {holder or 'unknown'}): stop it first."
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        self._lock = handle

    def _drop_leftovers_of_an_earlier_clone(self) -> None:
        """Remove the service user's data when the state directory beside it was deleted in the meantime."""
        token = self.secret("token")
        kept = self.path / "token"
        if self.path.exists() and (not kept.is_file() or kept.read_text() != token):
            shutil.rmtree(self.path)
        _private_directory(self.path, self.account)
        _write_private(self.path / "origin", str(self.state))
        _write_private(kept, token)

    def _sweep(self) -> None:
        """Remove homes whose state directory is gone: without the passwords in it nobody can read them."""
        for home in SERVICE_ROOT.iterdir():
            try:
                token = (home / "token").read_text()
                state = Path((home / "origin").read_text())
            except OSError:
                continue
            beside = state / "secrets" / "token"
            if not (beside.is_file() and beside.read_text() == token) and not _is_lived_in(home):
                shutil.rmtree(home)

    def secret(self, name: str, first: str = "") -> str:
        """A password that is made once and readable by its owner only: at random, or `first` if that is given."""
        path = self.state / "secrets" / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if not path.is_file():
            _write_private(path, first or secrets.token_urlsafe(24))
        return path.read_text()

    def known_secret(self, name: str) -> str:
        """The password if it was made before, else empty."""
        path = self.state / "secrets" / name
        return path.read_text() if path.is_file() else ""

    def release(self) -> None:
        """Let the next start have the lock."""
        if self._lock is not None:
            os.ftruncate(self._lock, 0)
            os.close(self._lock)
            self._lock = None

    def wipe(self) -> None:
        """Remove every file of these servers; call only with the lock held. The lock file itself stays."""
        for path in (self.run, self.path):
            if path != self.state and path.exists():
                shutil.rmtree(path)
        for path in self.state.iterdir():
            if path.name == "lock":
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def _is_lived_in(home: Path) -> bool:
    """Whether a process works in the directory or below; assumed where that cannot be seen."""
    proc = Path("/proc")
    if not (proc / "self" / "cwd").exists():
        return True
    for process in proc.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if Path(os.readlink(process / "cwd")).is_relative_to(home):
                return True
    return False


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def _private_directory(path: Path, account: Account | None = None) -> None:
    """Make a directory with mode 0700 for the account; raise CannotStartError if a stranger's lies there."""
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        path.chmod(0o700)
        if account:
            account.give(path)
    found = path.lstat()
    allowed = {os.geteuid(), account.uid if account else os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in allowed:
        raise CannotStartError(f"{path} belongs to someone else: remove it or set NEXUS_STATE.")
    if account and account.switch and found.st_uid != account.uid:
        account.give(path)
