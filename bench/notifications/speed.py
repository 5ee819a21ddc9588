"""Deliveries a second of one worker, beside empty tasks on the same worker and plain mails to the same server.

The three take turns in one run; the worker has two processes, as in production. Mails and tasks wait in full queues
before the clock starts.
"""

from __future__ import annotations

import contextlib
import os
import smtplib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import redis
from django.conf import settings
from django.db import connection

from accounts.models import User
from bench.database import ROOT
from bench.harness import CannotMeasureError, Result
from bench.notifications.people import KIND, make_people
from bench.server import free_port
from nexus.celery import app
from notifications.actions import notify_many
from notifications.models import Delivery, Notification

DELIVERIES, TASKS, MAILS, ROUNDS = 1_000, 1_000, 1_000, 3
LEAST = 0.4  # of the slower of the two
PATIENCE = 60  # seconds


def run() -> Iterator[Result]:
    """Medians of three rounds."""
    make_people(DELIVERIES)
    with _sink() as port, _worker(port) as queues:
        _deliveries(queues, "warm-up")
        seen: dict[str, list[float]] = {"deliveries": [], "tasks": [], "mails": []}
        for number in range(ROUNDS):
            seen["tasks"].append(_tasks(queues))
            seen["mails"].append(_mails(port))
            seen["deliveries"].append(_deliveries(queues, f"round-{number}"))
    rate = {name: statistics.median(values) for name, values in seen.items()}
    ours = rate["deliveries"]
    slower = min(rate["tasks"], rate["mails"])
    yield Result("notifications.deliveries", ours, slower, "/s", LEAST, at_least=True)
    yield Result("notifications.beside_tasks", ours, rate["tasks"], "/s", 0, at_least=True)
    yield Result("notifications.beside_smtp", ours, rate["mails"], "/s", 0, at_least=True)


@contextlib.contextmanager
def _sink() -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.mail_sink", str(port)], cwd=ROOT)
    try:
        _until(lambda: _answers(port), "the mail server does not answer")
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), smtplib.SMTP("127.0.0.1", port, timeout=2):
        return True
    return False


@contextlib.contextmanager
def _worker(port: int) -> Iterator[redis.Redis]:
    """A worker that takes from no queue until it is told to; the broker, to look into its queues."""
    broker = redis.Redis.from_url(settings.CELERY_BROKER_URL)
    broker.flushdb()
    words = [
        *(
            sys.executable,
            "-m",
            "celery",
            "--app",
            "nexus",
            "worker",
            "--include",
            "bench.celery_tasks",
        ),
        *(
            "--concurrency",
            "2",
            "--queues",
            "idle",
            "--without-gossip",
            "--without-mingle",
            "--loglevel",
            "WARNING",
        ),
    ]
    env = os.environ | {"EMAIL_URL": f"smtp://127.0.0.1:{port}"}
    process = subprocess.Popen(words, cwd=ROOT, env=env)
    try:
        _until(lambda: bool(app.control.ping(timeout=0.5)), "the worker does not answer")
        yield broker
    finally:
        process.terminate()
        process.wait(40)


def _tasks(broker: redis.Redis) -> float:
    from bench.celery_tasks import nothing  # noqa: PLC0415  # needs the settings

    for _number in range(TASKS):
        nothing.apply_async(queue="bench")
    return _drain("bench", TASKS, lambda: broker.llen("bench") == 0)


def _deliveries(broker: redis.Redis, name: str) -> float:
    Notification.objects.all().delete()
    people = User.objects.filter(email__endswith="@bench.example")
    notify_many(kind=KIND, recipients=people, context={"hours": 48}, dedupe_key=name)
    broker.delete("deliveries")
    for _number in range(2):  # one for each process, as the tick and its own waking send them
        app.send_task("notifications.tasks.deliver_due", queue="deliveries")
    left = Delivery.objects.exclude(status=Delivery.Status.SENT)
    rate = _drain("deliveries", DELIVERIES, lambda: not left.exists())
    connection.close()
    return rate


def _mails(port: int) -> float:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = (
        "Copia datelor",
        "NEXUS <no-reply@localhost>",
        "p@bench.example",
    )
    message.set_content("x" * 500)
    message.add_alternative(f"<p>{'x' * 3500}</p>", subtype="html")
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as client:
        for _number in range(MAILS):
            client.send_message(message)
    return MAILS / (time.perf_counter() - began)


def _drain(queue: str, count: int, is_empty: Callable[[], bool]) -> float:
    """Let the worker take from a queue; how many a second it did until it was empty."""
    began = time.perf_counter()
    app.control.add_consumer(queue)
    _until(is_empty, f"{queue} is not done in {PATIENCE} s", pause=0.02)
    rate = count / (time.perf_counter() - began)
    app.control.cancel_consumer(queue)
    time.sleep(1)  # until the worker has heard it
    return rate


def _until(condition: Callable[[], bool], otherwise: str, pause: float = 0.1) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise CannotMeasureError(otherwise)
        time.sleep(pause)
