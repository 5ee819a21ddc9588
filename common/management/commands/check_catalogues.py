"""The gate that keeps a half-translated text from reaching anyone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common import message_catalogues
from common.management.commands.makemessages import SOURCE_LANGUAGE

SOURCES = ("*.py", "*.html", "*.txt", "*.po")


class Command(BaseCommand):
    """`manage.py check_catalogues` fails on a text that is missing, empty, fuzzy, unused or broken."""

    help = "Compare the catalogues of texts with the code, and check every translation. Needs gettext."
    requires_system_checks = ()  # texts can be checked in code that does not run yet

    def handle(self, *args: Any, **options: Any) -> None:
        """Name every problem, one a line; exit code 1 when there is any."""
        if not shutil.which("xgettext"):
            raise CommandError("Install gettext (Debian: apt install gettext); only this check needs it.")
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "copy"
            copy_sources(settings.BASE_DIR, copy)
            found = [problem for language in languages() for problem in check(language, copy)]
        for problem in found:
            self.stderr.write(problem)
        if found:
            raise CommandError(
                f"{len(found)} problems in the catalogues; `make messages` collects new texts."
            )
        self.stdout.write(f"Catalogues are complete: {', '.join(languages())}.")


def languages() -> list[str]:
    """The languages that have a catalogue."""
    return [code for code, _ in settings.LANGUAGES if code != SOURCE_LANGUAGE]


def check(language: str, copy: Path) -> Iterator[str]:
    """The problems of one language; `copy` is where its texts have been collected anew."""
    inside = Path("locale") / language / "LC_MESSAGES" / "django.po"
    kept = settings.BASE_DIR / inside
    yield from (f"{inside}: {problem}" for problem in message_catalogues.compare(kept, copy / inside))
    if kept.is_file():
        yield from (f"{inside}: {problem}" for problem in message_catalogues.problems(kept, language))


def copy_sources(root: Path, copy: Path) -> None:
    """Copy what texts are collected from, and collect them there."""
    skipped = {"tests", "bench", "staticfiles", "node_modules", "data", "docs"}
    for folder, names, _ in os.walk(root):
        names[:] = [name for name in names if name not in skipped and not name.startswith((".", "__"))]
        for pattern in SOURCES:
            for path in Path(folder).glob(pattern):
                target = copy / path.relative_to(root)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, target)
    for language in languages():
        (copy / "locale" / language / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    (copy / "static").mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--verbosity", "0"],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CommandError(f"makemessages failed: {done.stderr.strip() or done.stdout.strip()}")
