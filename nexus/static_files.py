"""`python -m nexus.static_files`: fill STATIC_ROOT, but only if a file or a library has changed meanwhile.

Fingerprinting and compressing take seconds, which no second start should wait for.
"""

from __future__ import annotations

import fcntl
import hashlib
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

SOURCES = ("static", "nexus/settings.py", "requirements.lock")


def main() -> None:
    """Refresh; of several processes that want to, one does and the others wait."""
    target = Path(settings.STATIC_ROOT)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_name(f"{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refresh(target)


def refresh(target: Path) -> None:
    """Compare the fingerprint of the sources with the one kept beside STATIC_ROOT, and collect if they differ."""
    stamp = target.with_name(f"{target.name}.stamp")
    digest = fingerprint(Path(settings.BASE_DIR))
    if target.is_dir() and stamp.is_file() and stamp.read_text() == digest:
        return
    django.setup()
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(digest)


def fingerprint(root: Path) -> str:
    """A hash of everything that `collectstatic` would read, with the names."""
    digest = hashlib.sha256(f"{settings.DEBUG}".encode())
    for source in SOURCES:
        place = root / source
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file():
                digest.update(f"\0{path.relative_to(root)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
