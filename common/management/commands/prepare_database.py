"""What the database itself must know; run after every `migrate`, harmless to repeat."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common import content_version, database_roles, keys_in_use


class Command(BaseCommand):
    """`manage.py prepare_database` gives the running role its rights, timeouts and settings; new connections have them."""

    help = "Set rights, timeouts and settings of the database role that DATABASE_URL names; note whose keys its rows have."

    def add_arguments(self, parser: CommandParser) -> None:
        """The way on for whoever has lost keys for good."""
        parser.add_argument(
            "--accept-keys",
            action="store_true",
            help="take the present keys as those of this database; what others sealed stays unreadable",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """See to the roles, then check the keys."""
        database_roles.prepare()
        try:
            if options["accept_keys"]:
                keys_in_use.accept()
            keys_in_use.check_and_note()
        except keys_in_use.OtherKeysError as error:
            raise CommandError(str(error)) from error
        content_version.start_over()
        if int(options["verbosity"]) > 0 and database_roles.may_change_the_log():
            self.stdout.write(
                "One role owns the tables and runs the product: whoever takes the product over can change the log "
                "of deeds. OWNER_DATABASE_URL separates them (docs/operations.md)."
            )
