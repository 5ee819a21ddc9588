"""Digests: one for a person and a period, at the person's hour, never of nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from notifications.actions import notify, pause, resume, set_preferences, set_schedule
from notifications.delivery import sending
from notifications.delivery.digests import MOST, make_digests
from notifications.models import Delivery, Notification, Schedule
from notifications.rendering import DIGEST
from tests.factories.accounts import UserFactory
from tests.factories.notifications import ScheduleFactory

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 25, 10, 0, tzinfo=dt.UTC)  # a Wednesday, 12:00 in Chișinău
MORNING = dt.datetime(2026, 11, 26, 6, 0, tzinfo=dt.UTC)  # 8:00


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    """It stands still, at noon."""
    with time_machine.travel(NOON, tick=False) as found:
        yield found


def news(user: User, number: int = 1, kind: str = "tests.gathered") -> list[Notification]:
    """Things that wait for a digest."""
    return [
        notify(
            kind=kind,
            recipient=user,
            context={"topic": f"topic {n}"},
            dedupe_key=f"{kind}:{timezone.now():%d%H%M}:{n}",
            url="/services/",
        )
        for n in range(number)
    ]


def digests(user: User) -> list[Notification]:
    """Those that were made."""
    return list(Notification.objects.filter(user=user, kind=DIGEST).order_by("created_at"))


def test_digest_is_made_at_the_persons_hour_and_once(clock: Any) -> None:
    user = UserFactory()
    told = news(user, 2)
    assert make_digests() == 0  # this morning's hour is over
    clock.move_to(MORNING - dt.timedelta(seconds=1))
    assert make_digests() == 0
    clock.move_to(MORNING)
    assert make_digests() == 1
    assert make_digests() == 0
    [digest] = digests(user)
    assert digest.dedupe_key == "digest:daily:2026-11-26"
    assert digest.context["count"] == 2
    mails = Delivery.objects.filter(notification__in=told, channel="email")
    assert {(mail.status, bool(mail.reason)) for mail in mails} == {("sent", True)}


def test_digest_is_sent_with_every_topic_in_it(clock: Any, mailoutbox: list[Any]) -> None:
    user = UserFactory(language="en")
    news(user, 2)
    clock.move_to(MORNING)
    make_digests()
    sending.deliver_due(seconds=5)
    [mail] = mailoutbox
    html = mail.alternatives[0][0]
    for text in (mail.body, html):
        assert "topic 0" in text
        assert "topic 1" in text
        assert "http://testserver/en/services/" in text


def test_hour_is_that_of_the_persons_zone(clock: Any) -> None:
    UserFactory(time_zone="Europe/Chisinau")
    far = UserFactory(time_zone="America/New_York")
    news(far)
    clock.move_to(MORNING)
    assert make_digests() == 0
    clock.move_to(MORNING + dt.timedelta(hours=7))
    assert make_digests() == 1


def test_what_comes_later_waits_for_tomorrow(clock: Any) -> None:
    user = UserFactory()
    news(user)
    clock.move_to(MORNING)
    make_digests()
    clock.shift(dt.timedelta(hours=1))
    news(user)
    assert make_digests() == 0
    clock.move_to(MORNING + dt.timedelta(days=1))
    assert make_digests() == 1
    assert len(digests(user)) == 2


def test_digest_that_was_late_is_made_all_the_same(clock: Any) -> None:
    user = UserFactory()
    news(user)
    clock.move_to(MORNING + dt.timedelta(hours=5))  # nothing ran in the morning
    assert make_digests() == 1


def test_who_had_a_digest_is_not_looked_at_again_today(clock: Any, django_assert_num_queries: Any) -> None:
    user = UserFactory()
    news(user)
    clock.move_to(MORNING)
    make_digests()
    clock.shift(dt.timedelta(hours=1))
    news(user)
    make_digests()
    with django_assert_num_queries(2):  # nobody daily, nobody weekly
        make_digests()


def test_read_and_deleted_things_are_left_out_and_nothing_is_made_of_nothing(clock: Any) -> None:
    user = UserFactory()
    told = news(user, 2)
    told[0].read_at, told[1].deleted_at = NOON, NOON
    for one in told:
        one.save()
    clock.move_to(MORNING)
    assert make_digests() == 0
    mails = Delivery.objects.filter(notification__in=told, channel="email")
    assert {mail.status for mail in mails} == {"skipped"}
    assert digests(user) == []


def test_weekly_digest_comes_on_its_day(clock: Any) -> None:
    user = UserFactory()
    set_preferences(user=user, wishes={("community", "email"): "weekly"})
    ScheduleFactory(user=user, quiet_from=None, quiet_until=None, digest_weekday=4)
    news(user)
    clock.move_to(MORNING)  # Thursday
    assert make_digests() == 0
    clock.shift(dt.timedelta(days=1))
    assert make_digests() == 1
    assert digests(user)[0].dedupe_key == "digest:weekly:2026-11-27"


def test_new_hour_counts_for_what_waits(clock: Any) -> None:
    user = UserFactory()
    news(user)
    make_digests()
    assert make_digests() == 0
    set_schedule(schedule=Schedule(user=user, digest_at=dt.time(13)))
    clock.shift(dt.timedelta(hours=1))
    assert make_digests() == 1


@pytest.mark.parametrize(("wish", "status"), [("off", "skipped"), ("at_once", "sent")])
def test_waiting_mail_follows_a_new_wish(wish: str, status: str, clock: Any) -> None:
    user = UserFactory()
    [told] = news(user)
    set_preferences(user=user, wishes={("community", "email"): wish})
    sending.deliver_due(seconds=5)
    assert told.deliveries.get(channel="email").status == status
    clock.move_to(MORNING)
    assert make_digests() == 0


def test_daily_becomes_weekly(clock: Any) -> None:
    user = UserFactory()
    [told] = news(user)
    set_preferences(user=user, wishes={("community", "email"): "weekly"})
    clock.move_to(MORNING)
    assert make_digests() == 0
    clock.move_to(dt.datetime(2026, 11, 30, 6, 0, tzinfo=dt.UTC))  # Monday
    assert make_digests() == 1
    assert told.deliveries.get(channel="email").status == "sent"


def test_paused_digest_waits_for_the_end_of_the_pause(clock: Any) -> None:
    user = UserFactory()
    news(user)
    pause(user=user, until=MORNING + dt.timedelta(days=2))
    clock.move_to(MORNING)
    assert make_digests() == 0
    resume(user=user)
    assert make_digests() == 1


def test_digest_comes_in_quiet_hours_when_the_person_wants_it_then(clock: Any, mailoutbox: list[Any]) -> None:
    user = UserFactory()
    ScheduleFactory(user=user, digest_at=dt.time(6))  # quiet until 7
    news(user)
    clock.move_to(MORNING - dt.timedelta(hours=2))
    make_digests()
    sending.deliver_due(seconds=5)
    assert len(mailoutbox) == 1


def test_long_digest_is_cut_and_says_so(clock: Any, mailoutbox: list[Any]) -> None:
    user = UserFactory(language="en")
    news(user, MOST + 2)
    clock.move_to(MORNING)
    make_digests()
    [digest] = digests(user)
    assert (len(digest.context["items"]), digest.context["count"], digest.context["more"]) == (
        MOST,
        MOST + 2,
        2,
    )


@pytest.mark.parametrize("night", [dt.date(2026, 3, 29), dt.date(2026, 10, 25)])
def test_one_digest_on_the_nights_when_clocks_change(night: dt.date, clock: Any) -> None:
    user = UserFactory()
    ScheduleFactory(user=user, quiet_from=None, quiet_until=None, digest_at=dt.time(3, 30))
    midnight = dt.datetime.combine(night, dt.time(), tzinfo=dt.UTC)
    clock.move_to(midnight - dt.timedelta(hours=12))
    news(user)
    made = 0
    for quarter in range(5 * 4):
        clock.move_to(midnight - dt.timedelta(hours=1) + dt.timedelta(minutes=15 * quarter))
        made += make_digests()
        news(user)
    assert made == 1
    assert [one.dedupe_key for one in digests(user)] == [f"digest:daily:{night}"]
