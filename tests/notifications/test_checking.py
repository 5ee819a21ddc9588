"""What is asked again in the moment of sending."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from common.message_kinds import Category, Channel, declared
from notifications.delivery.checking import Why
from notifications.models import Contact, Delivery
from tests.factories.accounts import UserFactory
from tests.factories.notifications import (
    ContactFactory,
    DeliveryFactory,
    PreferenceFactory,
    ScheduleFactory,
    SuppressionFactory,
)
from tests.notifications.steps import NOON, PHONE, sent, told

pytestmark = pytest.mark.django_db
# What is asked again in the moment of sending


def read(row: Delivery) -> None:
    """Read on the page."""
    row.notification.read_at = timezone.now()
    row.notification.save()


def deleted(row: Delivery) -> None:
    """Taken off the page."""
    row.notification.deleted_at = timezone.now()
    row.notification.save()


def shut(row: Delivery) -> None:
    """The account is shut."""
    row.notification.user.is_active = False
    row.notification.user.save()


def unwanted(row: Delivery) -> None:
    """Switched off meanwhile."""
    PreferenceFactory(user=row.notification.user, channel=row.channel)


def suppressed(row: Delivery) -> None:
    """The address bounced meanwhile."""
    SuppressionFactory(address=row.notification.user.email)


@pytest.mark.parametrize("happens", [read, deleted, shut, unwanted, suppressed])
def test_what_happened_meanwhile_is_minded(happens: Any, mailoutbox: list[Any]) -> None:
    row = DeliveryFactory()
    happens(row)
    row = sent(row)
    assert row.status == "skipped"
    assert row.reason
    assert mailoutbox == []
    assert sent(DeliveryFactory()).status == "sent"


def test_urgent_message_goes_out_though_it_was_read() -> None:
    row = told("tests.urgent", UserFactory())
    read(row)
    assert sent(row).status == "sent"


def test_complaint_does_not_keep_a_code_from_who_asks_for_it_but_a_bounce_does() -> None:
    user = UserFactory()
    suppression = SuppressionFactory(address=user.email, reason="complaint")
    assert sent(told("tests.news", user)).status == "skipped"
    assert sent(told("tests.code", user, code="493817")).status == "sent"
    suppression.reason = "bounce"
    suppression.save()
    assert sent(told("tests.code", user, code="493817")).status == "skipped"


def test_what_is_no_longer_useful_is_skipped(mailoutbox: list[Any]) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        early, late = told("tests.soon_over", UserFactory()), told("tests.soon_over", UserFactory())
        clock.shift(dt.timedelta(hours=1))
        assert sent(early).status == "sent"
        clock.shift(dt.timedelta(seconds=1))
        assert sent(late).status == "skipped"
    assert len(mailoutbox) == 1


def test_paused_message_waits_and_urgent_ones_do_not() -> None:
    user = UserFactory()
    with time_machine.travel(NOON, tick=False):
        ScheduleFactory(user=user, paused_until=NOON + dt.timedelta(days=1))
        row = sent(told("tests.news", user))
        assert (row.status, row.due_at, row.attempts) == ("planned", NOON + dt.timedelta(days=1), 0)
        assert sent(told("tests.urgent", user)).status == "sent"
        assert sent(told("tests.code", user, code="493817")).status == "sent"


def test_quiet_hours_put_a_message_off_to_their_end_in_the_persons_zone() -> None:
    user = UserFactory(time_zone="America/New_York")
    ScheduleFactory(user=user)  # 22 to 7
    with time_machine.travel(NOON, tick=False):  # 5:00 in New York
        row = sent(told("tests.news", user))
        assert (row.status, row.due_at) == ("planned", dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC))
    with time_machine.travel(row.due_at, tick=False):
        assert sent(row).status == "sent"


def test_contact_who_took_consent_back_gets_only_what_was_asked_for() -> None:
    contact = ContactFactory(consented_at=None)
    assert sent(told("tests.news", contact)).status == "skipped"
    assert sent(told("tests.code", contact, code="493817")).status == "sent"
    assert sent(told("tests.news", ContactFactory())).status == "sent"


def test_no_message_of_any_kind_goes_to_who_did_not_ask_for_one(sms_gateway: Any) -> None:
    """Those too that no account can switch off: a mailbox may be read by somebody whom its owner fears."""
    contact = ContactFactory(consented_at=None, phone=PHONE)
    kinds = [kind for kind in declared() if kind.category != Category.SECURITY and kind.app != "tests"]
    ways = [
        (kind.code, way) for kind in kinds for way in (Channel.EMAIL, Channel.SMS) if way in kind.channels
    ]
    rows = [sent(told(code, contact, way)) for code, way in ways]
    assert {(row.status, row.reason) for row in rows} == {("skipped", Why.NO_CONSENT)}
    assert ("counselling.booked", "sms") in ways
    assert sms_gateway.got == []


def test_erased_contact_gets_nothing() -> None:
    row = told("tests.news", ContactFactory())
    Contact.objects.update(erased_at=timezone.now(), email="")
    assert sent(row).status == "skipped"
