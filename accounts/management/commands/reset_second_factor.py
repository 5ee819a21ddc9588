"""For an installation whose only administrator is shut out; everyone else is helped in the administration."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import actions
from accounts.models import User


class Command(BaseCommand):
    """`manage.py reset_second_factor ana@nexus.example --reason "…"` lets her set up a new one at the next sign-in."""

    help = "Take a person's second factors away and end their sessions; the log keeps the reason."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, and why."""
        parser.add_argument("email")
        parser.add_argument("--reason", required=True, help="stands in the log for good")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when nobody has the address."""
        user = User.objects.alive().filter(email=str(options["email"]).lower()).first()
        if user is None:
            raise CommandError("Nobody has this address.")
        count = actions.take_away_second_factor(user=user, by=None, reason=options["reason"])
        self.stdout.write(f"{count} second factors were taken away; the next sign-in asks for a new one.")
