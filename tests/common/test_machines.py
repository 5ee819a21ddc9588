"""What programs ask: errors as JSON, health that is cheap and tells strangers little."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from common import readiness
from common.models import Heartbeat

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_the_api_is_only_read(method: str) -> None:
    answer = getattr(Client(enforce_csrf_checks=True), method)("/api/hsds/services")
    assert (answer.status_code, answer["Content-Type"], answer["Allow"]) == (
        405,
        "application/json",
        "GET, HEAD",
    )
    assert "not allowed" in answer.json()["error"]


def test_errors_of_the_api_are_json(client: Client, monkeypatch: Any) -> None:
    assert (client.get("/api/hsds/nothing").status_code, client.get("/api/hsds/nothing").json()) == (
        404,
        {"error": "not found"},
    )
    assert client.get("/api/hsds/services?lang=xx").json() == {"error": "lang must be one of ro, ru, en"}
    client.raise_request_exception = False
    for error, status in ((ZeroDivisionError(), 500), (OperationalError("gone"), 503)):
        monkeypatch.setattr("services.search.search", _raising(error))
        answer = client.get("/api/hsds/services")
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")


def _raising(error: Exception) -> Any:
    def broken(*args: Any, **kwargs: Any) -> Any:
        raise error

    return broken


def test_readiness_tells_strangers_nothing_of_the_parts(client: Client, caplog: Any) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (503, {"status": "down"})
    assert "not ready: worker" in caplog.text
    Heartbeat.objects.create(name="worker", beaten_at=timezone.now())
    assert client.get("/health/ready").json() == {"status": "ok"}


def test_who_runs_the_product_is_told_which_part_is_down(capsys: Any) -> None:
    call_command("readiness")
    assert json.loads(capsys.readouterr().out) == {
        "cache": "ok",
        "database": "ok",
        "migrations": "ok",
        "worker": "down",
    }


def test_readiness_reads_the_migrations_once_a_process(client: Client, monkeypatch: Any) -> None:
    client.get("/health/ready")
    monkeypatch.setattr(readiness, "MigrationExecutor", _raising(AssertionError("read again")))
    client.get("/health/ready")
    readiness._migrated.clear()
    with pytest.raises(AssertionError, match="read again"):
        client.get("/health/ready")
