"""What the database itself must know; run after every `migrate`, harmless to repeat."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from common import content_version, keys_in_use

# On the role and not in the address: connection poolers drop options of the address without a word.
ROLE_SETTINGS = {
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
    "jit": "off",  # compiling the statement of a search takes longer than running it, at 200,000 services too
}


class Command(BaseCommand):
    """`manage.py prepare_database` gives the application's role its timeouts and settings; new connections have them."""

    help = "Set the timeouts and settings of the database role that DATABASE_URL names; note whose keys its rows have."

    def add_arguments(self, parser: CommandParser) -> None:
        """The way on for whoever has lost keys for good."""
        parser.add_argument(
            "--accept-keys",
            action="store_true",
            help="take the present keys as those of this database; what others sealed stays unreadable",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the keys, then alter our own role, which PostgreSQL allows to everyone."""
        try:
            if options["accept_keys"]:
                keys_in_use.accept()
            keys_in_use.check_and_note()
        except keys_in_use.OtherKeysError as error:
            raise CommandError(str(error)) from error
        with connection.cursor() as cursor:
            for name, value in ROLE_SETTINGS.items():
                cursor.execute(f"ALTER ROLE CURRENT_USER SET {name} = %s", [value])
        content_version.start_over()
        if int(options["verbosity"]) > 1:
            told = ", ".join(f"{name} {value}" for name, value in ROLE_SETTINGS.items())
            self.stdout.write(f"Settings of the role: {told}.")
