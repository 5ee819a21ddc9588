"""Sessions that are over leave nothing behind."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import actions, tasks
from common import retention
from nexus.beat_schedule import BEAT_SCHEDULE
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def session(*, is_over: bool) -> Session:
    """A browser's, with its device in the list of an account."""
    store = SessionStore()
    store["counselling_visitor"] = "x"
    store.create()
    row = Session.objects.get(session_key=store.session_key)
    if is_over:
        Session.objects.filter(pk=row.pk).update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    UserSession.objects.create(
        user=UserFactory.create(), session_key=row.session_key, ip="192.0.2.1", user_agent="Firefox"
    )
    return row


def test_what_is_over_goes_with_its_device_and_the_rest_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    kept = session(is_over=False)
    for _each in range(5):
        session(is_over=True)
    assert actions.forget_old_sessions() == 10
    assert list(Session.objects.values_list("session_key", flat=True)) == [kept.session_key]
    assert list(UserSession.objects.values_list("session_key", flat=True)) == [kept.session_key]


def test_a_device_whose_session_was_ended_goes_too() -> None:
    Session.objects.filter(pk=session(is_over=False).pk).delete()
    tasks.forget_sessions()
    assert not UserSession.objects.exists()


def test_the_clock_starts_it_every_night() -> None:
    [entry] = [one for one in BEAT_SCHEDULE.values() if one["task"] == "accounts.tasks.forget_sessions"]
    assert entry["schedule"].hour == {3}
