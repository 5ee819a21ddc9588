"""Reading, wishing, suppressing, sending again, forgetting."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from common import retention
from common.message_kinds import Category, Channel
from notifications import actions
from notifications.delivery import sending
from notifications.models import (
    Contact,
    Notification,
    Preference,
    ProviderEvent,
    PushSubscription,
    Schedule,
    Suppression,
)
from notifications.policies import can_send_again
from notifications.preferences import DEFAULTS, FIXED, can_choose, frequency
from tests.factories.accounts import UserFactory
from tests.factories.notifications import (
    ContactFactory,
    DeliveryFactory,
    NotificationFactory,
    ProviderEventFactory,
    PushSubscriptionFactory,
    SuppressionFactory,
)

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 25, 10, 0, tzinfo=dt.UTC)


def shown(**fields: Any) -> Notification:
    """A message on somebody's page."""
    notification = NotificationFactory(**fields)
    DeliveryFactory(notification=notification, channel="in_app", ended=True)
    return notification


def test_reading_is_noted_once_and_can_be_undone() -> None:
    told = shown()
    with time_machine.travel(NOON, tick=False) as clock:
        actions.mark_read(notification=told)
        clock.shift(60)
        actions.mark_read(notification=told)
    told.refresh_from_db()
    assert told.read_at == NOON
    actions.mark_unread(notification=told)
    told.refresh_from_db()
    assert told.read_at is None


def test_all_are_read_but_only_ones_own_and_shown() -> None:
    told = shown()
    mine, other, hidden = shown(user=told.user), shown(), NotificationFactory(user=told.user)
    assert actions.mark_all_read(user=told.user) == 2
    assert actions.mark_all_read(user=told.user) == 0
    unread = set(Notification.objects.unread())
    assert unread == {other, hidden}
    assert mine not in unread


def test_deleting_takes_it_off_the_page_and_undo_brings_it_back() -> None:
    told = shown()
    actions.delete_notification(notification=told)
    assert not Notification.objects.visible_to(told.user).exists()
    actions.restore_notification(notification=told)
    assert Notification.objects.visible_to(told.user).get() == told


def test_wishes_are_kept_and_changed() -> None:
    user = UserFactory()
    for wish in ("daily", "off"):
        actions.set_preferences(user=user, wishes={("appointments", "email"): wish})
        assert Preference.objects.get(user=user).frequency == wish


@pytest.mark.parametrize(
    ("cell", "wish"),
    [
        (("appointments", "push"), "daily"),
        (("appointments", "email"), "hourly"),
        (("gossip", "email"), "off"),
        (("work", "pigeon"), "off"),
    ],
)
def test_wish_that_is_not_offered_is_refused(cell: tuple[str, str], wish: str) -> None:
    with pytest.raises((ValidationError, ValueError)):
        actions.set_preferences(user=UserFactory(), wishes={cell: wish})
    assert not Preference.objects.exists()


def test_fixed_cells_stay() -> None:
    user = UserFactory()
    actions.set_preferences(user=user, wishes={("security", "email"): "off"})
    assert not Preference.objects.exists()


@pytest.mark.parametrize("category", Category)
@pytest.mark.parametrize("channel", Channel)
def test_every_cell_has_a_default_that_it_offers(category: Category, channel: Channel) -> None:
    assert frequency(category, channel, {}) in can_choose(category, channel)
    assert set(DEFAULTS) - set(FIXED) == set(DEFAULTS)


def test_link_in_a_mail_switches_off_and_on() -> None:
    user, contact = UserFactory(), ContactFactory()
    for wanted in (False, False, True):
        actions.set_wanted(owner=user, category="community", channel="email", wanted=wanted)
        actions.set_wanted(owner=contact, category="community", channel="email", wanted=wanted)
        contact.refresh_from_db()
        assert (Preference.objects.get().frequency == "at_once") is wanted
        assert (contact.consented_at is not None) is wanted


def test_schedule_is_kept_and_half_a_pair_is_refused() -> None:
    user = UserFactory()
    actions.pause(user=user, until=NOON)
    actions.set_schedule(schedule=Schedule(user=user, quiet_from=dt.time(22), quiet_until=dt.time(7)))
    kept = Schedule.objects.get()
    assert (kept.quiet_from, kept.quiet_until, kept.paused_until) == (dt.time(22), dt.time(7), NOON)
    with pytest.raises(IntegrityError):
        actions.set_schedule(schedule=Schedule(user=user, quiet_from=dt.time(22)))


def test_end_of_a_pause_lets_go_what_it_held(mailoutbox: list[Any]) -> None:
    row = DeliveryFactory()
    later = DeliveryFactory(
        notification=NotificationFactory(user=row.notification.user),
        due_at=timezone.now() + dt.timedelta(days=1),
    )
    actions.pause(user=row.notification.user, until=timezone.now() + dt.timedelta(days=7))
    sending.deliver_due(seconds=5)
    assert mailoutbox == []
    actions.resume(user=row.notification.user)
    sending.deliver_due(seconds=5)
    assert len(mailoutbox) == 1
    later.refresh_from_db()
    assert later.status == "planned"


def test_device_belongs_to_who_used_it_last() -> None:
    old = PushSubscriptionFactory()
    new = UserFactory()
    kept = actions.subscribe_push(
        user=new, endpoint=old.endpoint, p256dh=old.p256dh, auth=old.auth, device="x" * 200
    )
    assert PushSubscription.objects.get() == kept
    assert (kept.pk, kept.user) == (old.pk, new)


def test_oldest_device_gives_way() -> None:
    user = UserFactory()
    for number in range(12):
        actions.subscribe_push(
            user=user, endpoint=f"https://push.example/{number}", p256dh="p", auth="a", device=""
        )
    kept = {one.endpoint.rsplit("/", 1)[-1] for one in PushSubscription.objects.all()}
    assert kept == {str(number) for number in range(2, 12)}


def test_device_is_removed_by_its_owner_alone() -> None:
    device = PushSubscriptionFactory()
    actions.remove_push(user=UserFactory(), pk=device.pk)
    assert PushSubscription.objects.exists()
    actions.remove_push(user=device.user, pk=device.pk)
    assert not PushSubscription.objects.exists()


def test_address_is_suppressed_whatever_its_case_and_released() -> None:
    for address in ("Ana@Example.com ", "ana@example.com"):
        row = actions.suppress_address(channel="email", address=address, reason="bounce", detail="x" * 300)
    assert Suppression.objects.get() == row
    assert row.address == "ana@example.com"
    actions.lift_suppression(suppression=row)
    assert not Suppression.objects.exists()


def report(kind: str, **more: Any) -> bool:
    """Take in a report on one and the same event."""
    return actions.take_provider_event(event_id="event", kind=kind, channel="email", **more)


@pytest.mark.parametrize(
    ("kind", "status", "reason"),
    [("bounced", "failed", "bounce"), ("complained", "sent", "complaint"), ("delivered", "sent", None)],
)
def test_report_is_taken_in_once(kind: str, status: str, reason: str | None) -> None:
    row = DeliveryFactory(ended=True, provider_id="number")
    address = row.notification.user.email.upper()
    assert report(kind, address=address, provider_id="number", detail="5.1.1") is True
    row.refresh_from_db()
    assert row.status == status
    assert [one.reason for one in Suppression.objects.all()] == ([reason] if reason else [])
    Suppression.objects.all().delete()
    assert report(kind, address=address, provider_id="number") is False
    assert not Suppression.objects.exists()


def test_report_on_an_unknown_message_changes_nothing_else() -> None:
    row = DeliveryFactory(ended=True, provider_id="number")
    assert report("failed", provider_id="another") is True
    row.refresh_from_db()
    assert row.status == "sent"


@pytest.mark.parametrize("state", ["refused", "given_up"])
def test_sending_again_begins_anew(state: str, mailoutbox: list[Any]) -> None:
    row = DeliveryFactory(**{state: True})
    by = UserFactory()
    actions.send_again(delivery=row, by=by)
    row.refresh_from_db()
    assert (row.status, row.attempts) == ("planned", 0)
    assert by.handle in row.reason
    sending.deliver_due(seconds=5)
    assert len(mailoutbox) == 1


@pytest.mark.parametrize(
    "fields",
    [{}, {"in_hand": True}, {"ended": True}, {"status": "cancelled"}, {"refused": True, "code": True}],
)
def test_only_what_failed_and_is_no_secret_is_sent_again(fields: dict[str, Any]) -> None:
    if fields.pop("code", False):
        fields["notification__kind"] = "tests.code"
    row = DeliveryFactory(**fields)
    before = row.status
    assert not can_send_again(row)
    with pytest.raises(ValidationError):
        actions.send_again(delivery=row, by=UserFactory())
    row.refresh_from_db()
    assert row.status == before


def test_old_things_are_forgotten_and_young_ones_kept() -> None:
    now = timezone.now()
    month, quarter = now - dt.timedelta(days=31), now - dt.timedelta(days=91)
    for at in (now, month):
        ContactFactory(consented_at=None, created_at=at)
    agreed = ContactFactory(created_at=month)
    awaited = ContactFactory(consented_at=None, created_at=month)
    DeliveryFactory(notification=NotificationFactory(user=None, contact=awaited), in_hand=True)
    ProviderEventFactory(received_at=quarter)
    young = ProviderEventFactory()
    old = NotificationFactory(created_at=now - dt.timedelta(days=181))
    younger = NotificationFactory(created_at=now - dt.timedelta(days=179))
    far_ahead = NotificationFactory(created_at=now - dt.timedelta(days=181))
    DeliveryFactory(notification=far_ahead, not_before=now + dt.timedelta(days=9))
    counts = actions.purge()
    assert counts["contacts"] == 1
    assert {agreed, awaited} < set(Contact.objects.all())
    assert Contact.objects.count() == 3
    assert list(ProviderEvent.objects.all()) == [young]
    assert not Notification.objects.filter(pk=old.pk).exists()
    assert Notification.objects.filter(pk__in=[younger.pk, far_ahead.pk]).count() == 2


def test_the_first_run_after_a_period_was_shortened_goes_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    NotificationFactory.create_batch(5, created_at=timezone.now() - dt.timedelta(days=181))
    assert actions.purge()["notifications"] == 5
    assert not Notification.objects.exists()


def test_secret_that_a_killed_worker_left_is_emptied() -> None:
    sent = NotificationFactory(kind="tests.code", context={"sealed": "x"})
    DeliveryFactory(notification=sent, ended=True)
    waiting = NotificationFactory(kind="tests.code", context={"sealed": "x"})
    DeliveryFactory(notification=waiting)
    news = DeliveryFactory(ended=True).notification
    assert actions.purge()["secrets"] == 1
    kept = dict(Notification.objects.values_list("pk", "context"))
    assert (kept[sent.pk], kept[waiting.pk], kept[news.pk]) == ({}, {"sealed": "x"}, {"topic": "Cahul"})


def test_suppressed_address_is_kept_as_it_was_entered_first() -> None:
    row = SuppressionFactory(reason="bounce")
    actions.suppress_address(channel="email", address=row.address, reason="complaint")
    row.refresh_from_db()
    assert row.reason == "bounce"
