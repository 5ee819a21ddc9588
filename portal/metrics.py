"""Figures for whoever watches over an installation: what PostgreSQL and Valkey know, in Prometheus' text format 0.0.4."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.db.models import Count, Min, Q
from django.utils import timezone

from common.models import Heartbeat
from counselling.models import Appointment, Status
from notifications.models import Delivery

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
QUEUES = ("default", "deliveries", "bulk")
Line = tuple[str, str, str, float]  # name, what it says, labels, value


def text() -> str:
    """Every figure with its explanation; the page says itself when a server does not answer."""
    lines = [*_of_postgresql(), *_of_valkey()]
    told: list[str] = []
    for name in dict.fromkeys(line[0] for line in lines):
        same = [line for line in lines if line[0] == name]
        told += [f"# HELP {name} {same[0][1]}", f"# TYPE {name} gauge"]
        told += [f"{name}{labels} {value:g}" for _name, _help, labels, value in same]
    return "\n".join(told) + "\n"


def _up(server: str, answers: bool) -> Line:
    return "nexus_server_up", "Whether the server answers (1) or not (0).", f'{{server="{server}"}}', answers


def _of_postgresql() -> list[Line]:
    now = timezone.now()
    try:
        return [*_messages(now), *_holds(now), *_heartbeat(now), _up("postgresql", answers=True)]
    except (DatabaseError, InterfaceError):
        return [_up("postgresql", answers=False)]


def _messages(now: dt.datetime) -> Iterator[Line]:
    due = Delivery.objects.due(now).aggregate(oldest=Min("due_at"), count=Count("pk"))
    age = (now - due["oldest"]).total_seconds() if due["oldest"] else 0
    yield "nexus_messages_due_oldest_seconds", "Age of the oldest message that should be out by now.", "", age
    yield "nexus_messages_due", "Messages that should be out by now.", "", due["count"]
    ended = Delivery.objects.aggregate(
        dead=Count("pk", Q(status=Delivery.Status.DEAD)),
        refused=Count("pk", Q(status=Delivery.Status.FAILED)),
    )
    yield "nexus_messages_dead", "Messages given up after all tries, and kept.", "", ended["dead"]
    yield "nexus_messages_refused", "Messages that a provider refused, and kept.", "", ended["refused"]


def _holds(now: dt.datetime) -> Iterator[Line]:
    held = Appointment.objects.filter(status=Status.HELD, held_until__gt=now).count()
    yield "nexus_holds", "Times that visitors hold and have not booked yet.", "", held


def _heartbeat(now: dt.datetime) -> Iterator[Line]:
    beaten = Heartbeat.objects.filter(name="worker").values_list("beaten_at", flat=True).first()
    if beaten:
        age = (now - beaten).total_seconds()
        yield (
            "nexus_heartbeat_age_seconds",
            "Since beat, queue, worker and database last worked together.",
            "",
            age,
        )


def _of_valkey() -> list[Line]:
    client = redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=1, socket_connect_timeout=1)
    try:
        lengths = [(name, int(str(client.llen(name)))) for name in QUEUES]
    except redis.RedisError:
        return [_up("valkey", answers=False)]
    finally:
        client.close()
    about = "Tasks that no worker has taken yet."
    return [
        *(("nexus_queue_length", about, f'{{queue="{name}"}}', length) for name, length in lengths),
        _up("valkey", answers=True),
    ]
