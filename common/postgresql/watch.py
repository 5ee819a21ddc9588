"""Ends waits for a PostgreSQL that hangs, and spares those who come after from waiting too.

A thread says what it waits for and until when. One watching thread a process shuts the socket of a wait that is over: for
the driver the server is then gone, over TCP and over a Unix socket alike. From that moment on the server counts
as hanging: whoever asks is refused at once, until a connection made for this alone succeeds.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg2
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

logger = logging.getLogger(__name__)

LOOK_EVERY = 0.1  # seconds between two looks at the waits
TRY_EVERY = 1.0  # seconds between two tries to connect to a server that hung
CONNECT_SECONDS = 2  # the least that libpq takes


@dataclass(slots=True, eq=False)
class _Wait:
    connection: Any  # psycopg2's
    until: float  # monotonic
    is_over: bool = False


_waits: set[_Wait] = set()
_lock = threading.Lock()  # no wait ends, and no socket's number is given away, while one is being shut
_threads: dict[str, threading.Thread] = {}
_hangs = threading.Event()


def is_hanging() -> bool:
    """Whether the server did not answer in time and has not answered since."""
    return _hangs.is_set()


@contextlib.contextmanager
def limited(database: BaseDatabaseWrapper, seconds: float) -> Iterator[None]:
    """Let this thread wait for an answer on the open connection.

    Raises OperationalError while the server hangs; a wait that is over ends as the driver says it of a lost server.
    """
    _refuse_while_hanging()
    wait = _Wait(database.connection, time.monotonic() + seconds)
    with _lock:
        _waits.add(wait)
    _keep_running("watch", _watch)
    try:
        yield
    finally:
        with _lock:
            _waits.discard(wait)
        if wait.is_over:
            _found_hanging(database)


@contextlib.contextmanager
def connecting(database: BaseDatabaseWrapper) -> Iterator[None]:
    """Let this thread wait for a new connection, as long as `connect_timeout` allows."""
    _refuse_while_hanging()
    began = time.monotonic()
    try:
        yield
    except psycopg2.OperationalError:
        if time.monotonic() - began >= CONNECT_SECONDS - LOOK_EVERY:
            _found_hanging(database)
        raise


def _refuse_while_hanging() -> None:
    if _hangs.is_set():
        raise OperationalError("the database does not answer")


def _keep_running(name: str, work: Callable[..., None], *arguments: Any) -> None:
    """Start a thread unless it runs."""
    thread = _threads.get(name)
    if thread is None or not thread.is_alive():
        _threads[name] = threading.Thread(target=work, args=arguments, name=f"database-{name}", daemon=True)
        _threads[name].start()


def _watch() -> None:
    while True:
        time.sleep(LOOK_EVERY)
        now = time.monotonic()
        with _lock:
            for wait in _waits:
                if wait.until <= now and not wait.is_over:
                    wait.is_over = True
                    _shut(wait.connection)


def _shut(connection: Any) -> None:
    """End whatever the driver is waiting for on its socket."""
    with (
        contextlib.suppress(OSError, psycopg2.Error),
        socket.socket(fileno=os.dup(connection.fileno())) as end,
    ):
        end.shutdown(socket.SHUT_RDWR)


def _found_hanging(database: BaseDatabaseWrapper) -> None:
    if not _hangs.is_set():
        logger.error("the database does not answer; requests that need it are refused until it does")
        _hangs.set()
    _keep_running("try", _try_until_it_answers, database.get_connection_params())


def _try_until_it_answers(parameters: dict[str, Any]) -> None:
    """It never ends: a wait that were over just as it ended would find it running, and nobody would try any more."""
    while True:
        _hangs.wait()
        try:
            connection = psycopg2.connect(**{**parameters, "connect_timeout": CONNECT_SECONDS})
        except psycopg2.Error:
            time.sleep(TRY_EVERY)
        else:
            connection.close()
            _hangs.clear()
