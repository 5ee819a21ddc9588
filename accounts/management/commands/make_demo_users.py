"""`manage.py make_demo_users --out FILE`."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from accounts.actions import make_demo_users


class Command(BaseCommand):
    """Make one person for every role; passwords are random and stand only in a file that its owner reads."""

    help = "Make one demo user for every role, with random passwords written to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the sign-ins go."""
        parser.add_argument("--out", type=Path, required=True, help="file for the sign-ins, mode 0600")

    def handle(self, *args: Any, out: Path, **options: Any) -> None:
        """Make them, keeping the passwords of an earlier run."""
        known = read(out) if out.is_file() else {}
        made = make_demo_users(passwords=known)
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.writelines(f"{one.email} {one.password} {one.seed}".rstrip() + "\n" for one in made)
        self.stdout.write(f"{len(made)} demo sign-ins in {out}")


def read(path: Path) -> dict[str, str]:
    """Passwords by e-mail as an earlier run wrote them: e-mail, password, and for staff the second factor's seed."""
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return {words[0]: words[1] for words in lines if len(words) > 1}
