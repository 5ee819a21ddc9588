"""Django's backend, whose statements end by the clock of this process when a web thread waits for them.

The limits of the role (`prepare_database`) live in the server: they end a slow statement, but not the wait for a server that
hangs. Statements of migrations, tasks and commands run in no lane (`common.lanes`) and have no such end.
"""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager
from typing import Any

from django.db import OperationalError
from django.db.backends.postgresql import base

from common import lanes
from common.postgresql import watch

STATEMENT_SECONDS = 6.5  # above the role's `statement_timeout` of 5 s, which says better what happened
ALIVE_SECONDS = 1.5  # for `SELECT 1`, which each request sends first on a connection that was open


class DatabaseWrapper(base.DatabaseWrapper):
    """Refuses the quick lane, refuses everyone while the server hangs, and waits no longer than the limits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers.append(self._execute)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open a connection within `connect_timeout`. Raises OperationalError at once where nobody may wait."""
        if lanes.here() is None:
            return super().get_new_connection(conn_params)
        if not lanes.may_use_database():
            raise OperationalError("this thread may not wait for the database")
        with watch.connecting(self):
            return super().get_new_connection(conn_params)

    def init_connection_state(self) -> None:
        """Tell the new connection the time zone."""
        with self._within(ALIVE_SECONDS):
            super().init_connection_state()

    def is_usable(self) -> bool:
        """Whether the open connection answers soon."""
        try:
            with self._within(ALIVE_SECONDS):
                return bool(super().is_usable())
        except OperationalError:
            return False

    def _execute(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        with self._within(STATEMENT_SECONDS):
            return execute(sql, params, many, context)

    def _commit(self) -> Any:
        with self._within(STATEMENT_SECONDS):
            return super()._commit()  # type: ignore[misc]  # missing in the stubs

    def _rollback(self) -> Any:
        with self._within(STATEMENT_SECONDS):
            return super()._rollback()  # type: ignore[misc]  # missing in the stubs

    def _within(self, seconds: float) -> AbstractContextManager[None]:
        no_limit = self.connection is None or lanes.here() is None
        return contextlib.nullcontext() if no_limit else watch.limited(self, seconds)
