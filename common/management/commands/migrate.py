"""Django's `migrate`, as the owner of the tables, without the limits that are made for pages, and patient with locks."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as DjangoCommand
from django.db import OperationalError
from psycopg2 import errorcodes

from common import database_roles

TRIES = 15
PAUSE = 2.0  # seconds between two tries: whoever waited behind us goes first


class Command(DjangoCommand):
    """`manage.py migrate`: a statement may take long, a lock is waited for 2 s, then others go first and it is tried again.

    What was migrated before stays, since each migration is a transaction of its own; one with `atomic = False` must be
    written so that it can begin anew.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then give the running role its rights. Raises CommandError when a lock stays taken."""
        with database_roles.as_owner():
            self._migrate(*args, **options)
        if not (options["plan"] or options["check_unapplied"]):
            database_roles.prepare()

    def _migrate(self, *args: Any, **options: Any) -> None:
        for left in range(TRIES - 1, -1, -1):
            try:
                with database_roles.migration_settings():
                    super().handle(*args, **options)
                return
            except OperationalError as error:
                if getattr(error.__cause__, "pgcode", "") != errorcodes.LOCK_NOT_AVAILABLE:
                    raise
                if not left:
                    raise CommandError(f"A lock stayed taken over {TRIES} tries: {error}") from error
                self.stderr.write(f"A lock is taken; {left} more tries. {error}".strip())
                time.sleep(PAUSE)
