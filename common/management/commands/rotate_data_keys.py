"""Seals all rows with the first of DATA_KEYS."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from common import keys_in_use
from common.sealed import sealed_columns


class Command(BaseCommand):
    """`manage.py rotate_data_keys` may be stopped at any time and run again; it counts what is left."""

    help = "Seal all rows with the first of DATA_KEYS, in batches, and count what is left."

    def add_arguments(self, parser: CommandParser) -> None:
        """Counting alone changes nothing."""
        parser.add_argument("--count", action="store_true", help="only count what is under which key")
        parser.add_argument(
            "--batch", type=int, help="rows a transaction, instead of each column's own number"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate, count, and let go of older keys when nothing needs them; exit code 1 when something is left."""
        try:
            keys_in_use.check_and_note()
        except keys_in_use.OtherKeysError as error:
            raise CommandError(str(error)) from error
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")  # few rows of a long table may hold something sealed
        if not options["count"]:
            self._rotate(options["batch"])
        older, lost = self._count()
        if older and not options["count"]:
            raise CommandError(
                f"{older} rows are left under older keys: somebody was writing them, or a process still runs with "
                "older variables. Start every process anew and run this again; keep the older keys until then."
            )
        if not older:
            keys_in_use.forget_older()
            self.stdout.write(
                "No row needs an older key. Links in messages that older keys signed do: take these keys out of "
                "DATA_KEYS after half a year, or at once if strangers know them."
            )
        if lost:
            raise CommandError(f"{lost} rows cannot be opened: their key is none of DATA_KEYS.")

    def _rotate(self, batch: int | None) -> None:
        for column in sealed_columns():
            chosen = replace(column, batch=batch) if batch else column
            done = sum(chosen.seal_anew())
            self.stdout.write(f"{column.name}: {done} sealed anew")

    def _count(self) -> tuple[int, int]:
        """Rows under older keys, and those that no key opens."""
        older = lost = 0
        for column in sealed_columns():
            found = column.count()
            older, lost = older + found.older, lost + found.lost
            self.stdout.write(
                f"{column.name}: {found.newest} under the first key, {found.older} under older ones, "
                f"{found.lost} cannot be opened"
            )
        return older, lost
