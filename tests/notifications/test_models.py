"""Each constraint refuses the row that it is for, and admits its neighbour."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from notifications.models import Delivery, Notification
from tests.factories.accounts import UserFactory
from tests.factories.notifications import (
    ContactFactory,
    DeliveryFactory,
    NotificationFactory,
    PreferenceFactory,
    ScheduleFactory,
    SuppressionFactory,
)

pytestmark = pytest.mark.django_db


def refused(constraint: str, make: Callable[[], Any]) -> None:
    """Assert that the database refuses what `make` makes, by the constraint of that name."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make()


def test_contact_without_address_is_refused() -> None:
    refused("notifications_contact_can_be_reached", lambda: ContactFactory(email=""))
    assert ContactFactory(email="", phone="+37360123456").pk
    assert ContactFactory(email="", erased_at=timezone.now()).pk


def test_contact_phone_that_is_no_number_is_refused() -> None:
    refused("notifications_contact_phone_e164", lambda: ContactFactory(phone="060123456"))
    assert ContactFactory(phone="+37360123456").pk


def test_notification_needs_exactly_one_recipient() -> None:
    name = "notifications_notification_one_recipient"
    refused(name, lambda: NotificationFactory(user=None))
    refused(name, lambda: NotificationFactory(contact=ContactFactory()))
    assert NotificationFactory(user=None, contact=ContactFactory()).pk


def test_notification_is_told_once_to_a_user() -> None:
    first = NotificationFactory(dedupe_key="x")
    refused(
        "notifications_notification_once_a_user",
        lambda: NotificationFactory(user=first.user, dedupe_key="x"),
    )
    assert NotificationFactory(user=first.user, dedupe_key="y").pk
    assert NotificationFactory(dedupe_key="x").pk


def test_notification_is_told_once_to_a_contact() -> None:
    contact = ContactFactory()
    NotificationFactory(user=None, contact=contact, dedupe_key="x")
    refused(
        "notifications_notification_once_a_contact",
        lambda: NotificationFactory(user=None, contact=contact, dedupe_key="x"),
    )
    assert NotificationFactory(user=None, contact=contact, dedupe_key="y").pk
    assert NotificationFactory(user=None, contact=ContactFactory(), dedupe_key="x").pk


def test_delivery_is_one_a_channel() -> None:
    first = DeliveryFactory()
    refused("notifications_delivery_once_a_channel", lambda: DeliveryFactory(notification=first.notification))
    assert DeliveryFactory(notification=first.notification, channel="sms").pk


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "sending"},
        {"status": "sending", "claim": uuid.uuid4()},
        {"status": "sending", "claimed_at": timezone.now()},
        {"status": "planned", "claim": uuid.uuid4()},
        {"status": "retry", "claim": uuid.uuid4(), "claimed_at": timezone.now()},
    ],
)
def test_delivery_has_a_claim_while_it_is_sent_and_only_then(fields: dict[str, Any]) -> None:
    refused("notifications_delivery_claimed_while_sending", lambda: DeliveryFactory(**fields))
    assert DeliveryFactory(in_hand=True).pk


def test_delivery_that_was_sent_has_a_time() -> None:
    refused("notifications_delivery_sent_has_time", lambda: DeliveryFactory(status="sent"))
    assert DeliveryFactory(ended=True).pk


@pytest.mark.parametrize("status", ["skipped", "failed", "dead"])
def test_delivery_that_ended_badly_has_a_reason(status: str) -> None:
    refused("notifications_delivery_end_has_reason", lambda: DeliveryFactory(status=status))
    assert DeliveryFactory(status=status, reason="read").pk
    assert DeliveryFactory(status="cancelled").pk


def test_preference_is_one_a_cell() -> None:
    first = PreferenceFactory()
    refused("notifications_preference_one_a_cell", lambda: PreferenceFactory(user=first.user))
    assert PreferenceFactory(user=first.user, channel="sms").pk
    assert PreferenceFactory(user=first.user, category="work").pk


@pytest.mark.parametrize("frequency", ["daily", "weekly"])
def test_digests_come_by_mail_alone(frequency: str) -> None:
    refused(
        "notifications_preference_digest_by_mail",
        lambda: PreferenceFactory(channel="push", frequency=frequency),
    )
    assert PreferenceFactory(channel="email", frequency=frequency).pk
    assert PreferenceFactory(channel="push", frequency="at_once").pk


def test_quiet_hours_have_both_ends_or_none() -> None:
    name = "notifications_schedule_quiet_both_or_none"
    refused(name, lambda: ScheduleFactory(quiet_until=None))
    refused(name, lambda: ScheduleFactory(quiet_from=None))
    assert ScheduleFactory(quiet_from=None, quiet_until=None).pk


def test_schedule_knows_seven_days() -> None:
    refused("notifications_schedule_weekday", lambda: ScheduleFactory(digest_weekday=7))
    assert ScheduleFactory(digest_weekday=6).pk


def test_suppression_is_one_an_address() -> None:
    first = SuppressionFactory()
    refused("notifications_suppression_one_an_address", lambda: SuppressionFactory(address=first.address))
    assert SuppressionFactory(address=first.address, channel="sms").pk


def test_suppression_is_of_an_address() -> None:
    refused("notifications_suppression_has_address", lambda: SuppressionFactory(channel="push"))
    assert SuppressionFactory(channel="sms").pk


def test_due_is_what_waits_alone_and_whose_time_has_come() -> None:
    now = timezone.now()
    later = now + dt.timedelta(minutes=1)
    due = [DeliveryFactory(due_at=now), DeliveryFactory(due_at=now, status="retry")]
    DeliveryFactory(due_at=later)
    DeliveryFactory(due_at=now, digest="daily")
    DeliveryFactory(due_at=now, in_hand=True)
    DeliveryFactory(due_at=now, ended=True)
    assert set(Delivery.objects.due(now)) == set(due)


def test_page_shows_what_is_due_and_not_deleted() -> None:
    user = UserFactory()
    shown = NotificationFactory(user=user)
    DeliveryFactory(notification=shown, channel="in_app", ended=True)
    for fields in ({"deleted_at": timezone.now()}, {"user": UserFactory()}):
        hidden = NotificationFactory(**({"user": user} | fields))
        DeliveryFactory(notification=hidden, channel="in_app", ended=True)
    for channel, status in (("in_app", "planned"), ("email", "sent")):
        other = NotificationFactory(user=user)
        DeliveryFactory(notification=other, channel=channel, status=status, sent_at=timezone.now())
    assert list(Notification.objects.visible_to(user)) == [shown]
