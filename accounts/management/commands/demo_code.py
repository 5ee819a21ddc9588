"""`manage.py demo_code EMAIL`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actions.demo import DOMAIN, current_code


class Command(BaseCommand):
    """Print the second factor's code of a demo person, for who has no authenticator app at hand."""

    help = f"Print the current code of the second factor of somebody@{DOMAIN}."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose."""
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        """Print it, for addresses of the demo alone: a real person's code is nobody else's."""
        code = current_code(email)
        if code is None:
            raise CommandError(f"{email} is no demo person with a second factor")
        self.stdout.write(code)
