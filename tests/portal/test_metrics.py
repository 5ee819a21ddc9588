"""/metrics: the figures for whoever has the token, nothing for everyone else, and something also when a server is away."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from common.models import Heartbeat
from notifications.actions import notify
from notifications.models import Delivery
from portal import metrics
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
TOKEN = "letters-of-the-token"
SAMPLE = re.compile(r'^(nexus_[a-z_]+(?:\{[a-z]+="[a-z]+"\})?) (-?[0-9.e+]+)$')


def asked(token: str = TOKEN, scheme: str = "Bearer") -> Any:
    """The answer to somebody with that token."""
    return Client().get("/metrics", headers={"Authorization": f"{scheme} {token}"})


def figures(text: str) -> dict[str, float]:
    """Samples by name and labels; every line must be a comment or a sample."""
    lines = [line for line in text.splitlines() if not line.startswith("# ")]
    found = [SAMPLE.match(line) for line in lines]
    assert all(found), lines
    return {match[1]: float(match[2]) for match in found if match}


@pytest.mark.parametrize(
    ("wanted", "token", "scheme", "status"),
    [
        (TOKEN, TOKEN, "Bearer", 200),
        (TOKEN, "other", "Bearer", 404),
        (TOKEN, "ț", "Bearer", 404),
        (TOKEN, "", "Bearer", 404),
        (TOKEN, TOKEN, "Basic", 404),
        ("", "", "Bearer", 404),
        ("", TOKEN, "Bearer", 404),
    ],
)
def test_only_the_token_opens_it(settings: Any, wanted: str, token: str, scheme: str, status: int) -> None:
    settings.METRICS_TOKEN = wanted
    answer = asked(token, scheme)
    assert answer.status_code == status
    assert "no-store" in answer["Cache-Control"] or status == 404
    assert (b"nexus_holds" in answer.content) is (status == 200)


def test_it_tells_what_postgresql_and_valkey_know(settings: Any, django_assert_max_num_queries: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    now = timezone.now()
    Heartbeat.objects.create(name="worker", beaten_at=now - dt.timedelta(seconds=45))
    for number in range(3):
        notify(
            kind="accounts.data_export_ready",
            recipient=UserFactory.create(),
            context={"hours": 48},
            dedupe_key=f"test:{number}",
        )
    mails = list(Delivery.objects.filter(channel="email"))
    Delivery.objects.exclude(channel="email").delete()
    Delivery.objects.filter(pk=mails[0].pk).update(due_at=now - dt.timedelta(seconds=600))
    Delivery.objects.filter(pk=mails[1].pk).update(status=Delivery.Status.DEAD, reason="x")
    Delivery.objects.filter(pk=mails[2].pk).update(status=Delivery.Status.FAILED, reason="x")
    with django_assert_max_num_queries(8):
        answer = asked()
    assert answer["Content-Type"] == metrics.CONTENT_TYPE
    found = figures(answer.content.decode())
    assert found["nexus_messages_due_oldest_seconds"] == pytest.approx(600, abs=30)
    assert found["nexus_heartbeat_age_seconds"] == pytest.approx(45, abs=30)
    assert (found["nexus_messages_due"], found["nexus_messages_dead"], found["nexus_messages_refused"]) == (
        1,
        1,
        1,
    )
    assert found["nexus_holds"] == 0
    assert {'nexus_queue_length{queue="deliveries"}', 'nexus_server_up{server="valkey"}'} <= found.keys()
    helped = re.findall(r"^# (?:HELP|TYPE) (\w+)", answer.content.decode(), re.MULTILINE)
    assert {name.partition("{")[0] for name in found} == set(helped)


def test_the_queue_is_counted(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    broker = f"{django_settings.CACHES['default']['LOCATION'].rsplit('/', 1)[0]}/15"
    settings.CELERY_BROKER_URL = broker
    with redis.Redis.from_url(broker) as client:
        client.rpush("bulk", "one", "two")
        try:
            found = figures(asked().content.decode())
        finally:
            client.delete("bulk")
    assert found['nexus_queue_length{queue="bulk"}'] == 2
    assert found['nexus_queue_length{queue="default"}'] == 0


def test_a_server_that_is_away_is_said(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.METRICS_TOKEN = TOKEN
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"

    def gone(*_arguments: Any) -> Any:
        raise OperationalError("gone")

    monkeypatch.setattr(metrics, "_holds", gone)
    answer = asked()
    assert answer.status_code == 200
    assert figures(answer.content.decode()) == {
        'nexus_server_up{server="postgresql"}': 0,
        'nexus_server_up{server="valkey"}': 0,
    }
