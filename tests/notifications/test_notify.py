"""Telling one person, or many: rows in the caller's transaction, one a channel that is due."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from accounts.actions import set_phone
from accounts.models import User
from common import jobs
from notifications.actions import cancel_notifications, notify, notify_many
from notifications.delivery import claiming
from notifications.models import Delivery, Notification
from tests.factories.accounts import UserFactory
from tests.factories.notifications import (
    ContactFactory,
    DeliveryFactory,
    PreferenceFactory,
    PushSubscriptionFactory,
)

NOW = dt.datetime(2026, 11, 25, 10, 0, tzinfo=dt.UTC)


def channels(notification: Notification) -> dict[str, str]:
    """Channels of its deliveries and where they stand."""
    return dict(notification.deliveries.values_list("channel", "status"))


def tell(recipient: Any, kind: str = "tests.news", key: str = "k", **more: Any) -> Notification:
    """Notify with what does not matter filled in."""
    return notify(kind=kind, recipient=recipient, context={"topic": "Cahul"}, dedupe_key=key, **more)


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[Any, ...]]]:
    """What was handed to the broker, which is not asked."""
    found: list[tuple[str, tuple[Any, ...]]] = []
    monkeypatch.setattr(jobs, "_send", lambda task, arguments, _otherwise: found.append((task, arguments)))
    return found


@pytest.mark.django_db
def test_notify_writes_one_delivery_a_channel_and_the_page_has_it_at_once() -> None:
    told = tell(UserFactory(), url="/account/")
    assert channels(told) == {"in_app": "sent", "email": "planned"}
    assert (told.category, told.url, told.context) == ("appointments", "/account/", {"topic": "Cahul"})


@pytest.mark.django_db
def test_notify_twice_is_once_and_another_key_or_person_is_not() -> None:
    user = UserFactory()
    first = tell(user)
    assert tell(user) == first
    assert Delivery.objects.count() == 2
    assert tell(user, key="other") != first
    assert tell(UserFactory()) != first


@pytest.mark.django_db
def test_notify_of_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        tell(UserFactory(), kind="tests.nothing")
    assert not Notification.objects.exists()


@pytest.mark.django_db
def test_notify_rolls_back_with_its_caller() -> None:
    user = UserFactory()
    with transaction.atomic():
        tell(user)
        transaction.set_rollback(True)
    assert not Notification.objects.exists()


@pytest.mark.django_db
def test_channel_that_was_switched_off_gets_nothing() -> None:
    user = UserFactory()
    PreferenceFactory(user=user, channel="email", frequency="off")
    assert "email" not in {c for c, status in channels(tell(user)).items() if status == "planned"}


@pytest.mark.django_db
def test_what_cannot_be_switched_off_goes_out_all_the_same() -> None:
    user = UserFactory()
    PreferenceFactory(user=user, category="security", frequency="off")
    assert channels(tell(user, kind="tests.code")) == {"email": "planned"}


@pytest.mark.django_db
def test_sms_and_push_are_planned_where_they_lead_to_the_person() -> None:
    user = UserFactory()
    assert set(channels(tell(user, kind="tests.everywhere"))) == {"in_app", "email"}
    set_phone(user=user, phone="+37360123456")
    PushSubscriptionFactory(user=user)
    assert set(channels(tell(user, kind="tests.everywhere", key="2"))) == {"in_app", "email", "sms", "push"}


@pytest.mark.django_db
def test_digest_is_what_the_category_or_the_person_says() -> None:
    user = UserFactory()
    [mail] = tell(user, kind="tests.gathered").deliveries.filter(channel="email")
    assert (mail.status, mail.digest) == ("planned", "daily")
    PreferenceFactory(user=user, category="community", frequency="at_once")
    [mail] = tell(user, kind="tests.gathered", key="2").deliveries.filter(channel="email")
    assert mail.digest == ""


@pytest.mark.django_db
def test_urgent_mail_is_never_gathered() -> None:
    user = UserFactory()
    PreferenceFactory(user=user, category="appointments", frequency="weekly")
    [mail] = tell(user, kind="tests.urgent").deliveries.filter(channel="email")
    assert mail.digest == ""


@pytest.mark.django_db
def test_contact_is_told_where_it_can_be_reached() -> None:
    by_mail = ContactFactory()
    by_both = ContactFactory(phone="+37360123456")
    assert set(channels(tell(by_mail, kind="tests.everywhere"))) == {"email"}
    assert set(channels(tell(by_both, kind="tests.everywhere"))) == {"email", "sms"}


@pytest.mark.django_db
def test_nothing_goes_out_before_its_time() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        told = tell(UserFactory(), not_before=NOW + dt.timedelta(hours=1))
        assert channels(told) == {"in_app": "planned", "email": "planned"}
        assert claiming.claim_due(most=10) is None
        clock.shift(dt.timedelta(hours=1))
        assert claiming.claim_due(most=10) is not None


@pytest.mark.django_db
def test_urgent_rows_are_taken_before_a_crowd_that_waits() -> None:
    for _number in range(5):
        DeliveryFactory(due_at=timezone.now() - dt.timedelta(hours=1))
    [code] = tell(UserFactory(), kind="tests.code").deliveries.all()
    claim = claiming.claim_due(most=1)
    assert Delivery.objects.get(claim=claim) == code


@pytest.mark.django_db
def test_secret_context_is_unreadable_in_the_table() -> None:
    told = notify(kind="tests.code", recipient=UserFactory(), context={"code": "493817"}, dedupe_key="x")
    with connection.cursor() as cursor:
        cursor.execute("SELECT context::text FROM notifications_notification WHERE id = %s", [told.pk])
        assert "493817" not in cursor.fetchone()[0]


@pytest.mark.django_db
def test_worker_is_woken_after_the_commit_for_what_is_due(
    published: list[Any], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        told = tell(UserFactory())
        tell(UserFactory(), not_before=timezone.now() + dt.timedelta(hours=1))
        tell(UserFactory(), kind="tests.gathered")
        assert published == []
    [mail] = told.deliveries.filter(channel="email")
    assert published == [("notifications.tasks.deliver", (str(mail.pk),))]


@pytest.mark.django_db
def test_without_a_broker_urgent_mail_is_sent_at_once_and_the_rest_waits(
    settings: Any,
    mailoutbox: list[Any],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr("celery.canvas.Signature.apply_async", away)
    with django_capture_on_commit_callbacks(execute=True):
        code = tell(UserFactory(), kind="tests.code")
        news = tell(UserFactory())
    assert channels(code) == {"email": "sent"}
    assert channels(news) == {"in_app": "sent", "email": "planned"}
    assert len(mailoutbox) == 1
    assert "broker away" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_same_key_told_from_two_sides_at_once_is_one() -> None:
    user, gate, found = UserFactory(), threading.Barrier(2), []

    def run() -> None:
        gate.wait()
        found.append(tell(user).pk)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert len(set(found)) == 1
    assert Delivery.objects.count() == 2


@pytest.mark.django_db
def test_cancelling_stops_what_waits_and_leaves_what_went_out() -> None:
    user = UserFactory()
    told, other = tell(user, key="visit:1:day"), tell(user, key="visit:2:day")
    assert cancel_notifications(recipient=user, dedupe_key="visit:1:day") == 1
    assert channels(told) == {"in_app": "sent", "email": "cancelled"}
    assert channels(other)["email"] == "planned"
    assert cancel_notifications(recipient=user, prefix="visit:") == 1
    assert cancel_notifications(recipient=user, prefix="visit:") == 0
    assert channels(other)["email"] == "cancelled"


@pytest.mark.django_db
def test_cancelling_leaves_other_people_and_needs_a_key() -> None:
    user, told = UserFactory(), tell(UserFactory())
    assert cancel_notifications(recipient=user, dedupe_key="k") == 0
    assert cancel_notifications(recipient=told.user) == 0
    assert channels(told)["email"] == "planned"


def many(number: int) -> None:
    """Make people, quickly."""
    User.objects.bulk_create(
        User(email=f"p{n}@example.com", handle=f"crowd{n}", password="!") for n in range(number)
    )


def tell_all(kind: str = "tests.news") -> int:
    """Notify everyone."""
    return notify_many(
        kind=kind, recipients=User.objects.all(), context={"topic": "Cahul"}, dedupe_key="crowd"
    )


# people, savepoint and its release, notifications, who is new, wishes, devices, consents, deliveries
QUERIES_A_THOUSAND = 9


@pytest.mark.django_db
@pytest.mark.parametrize("thousands", [1, 3])
def test_queries_of_a_fan_out_grow_by_the_thousand_alone(
    thousands: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many(thousands * 1000)
    with django_assert_num_queries(QUERIES_A_THOUSAND * thousands + 1):
        assert tell_all("tests.everywhere") == thousands * 1000
    assert Delivery.objects.filter(channel="email", status="planned").count() == thousands * 1000
    assert Delivery.objects.filter(channel="in_app", status="sent").count() == thousands * 1000


@pytest.mark.django_db
def test_fan_out_can_be_repeated_and_tells_only_who_was_left_out() -> None:
    many(3)
    assert tell_all() == 3
    many_more = UserFactory()
    assert tell_all() == 1
    assert tell_all() == 0
    assert Delivery.objects.count() == 8
    assert Notification.objects.filter(user=many_more).count() == 1


@pytest.mark.django_db
def test_fan_out_minds_wishes() -> None:
    deaf, keen = UserFactory(), UserFactory()
    PreferenceFactory(user=deaf, channel="email", frequency="off")
    PreferenceFactory(user=keen, channel="email", frequency="daily")
    tell_all()
    mails = Delivery.objects.filter(channel="email", status="planned")
    assert [(mail.notification.user, mail.digest) for mail in mails] == [(keen, "daily")]


@pytest.mark.django_db
def test_fan_out_wakes_workers_by_the_thousand_and_not_by_the_row(
    published: list[Any], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    many(1001)
    with django_capture_on_commit_callbacks(execute=True):
        tell_all()
    assert {name for name, _ in published} == {"notifications.tasks.deliver_due"}
    assert len(published) == 2
