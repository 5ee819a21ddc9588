"""Whether a planned message still is to go out, asked again in the moment of sending."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import Consent, User
from common.message_kinds import Channel, MessageKind, kind_of
from notifications.delivery.quiet import next_loud, zone_of
from notifications.models import Delivery, Preference, PushSubscription, Schedule, Suppression
from notifications.policies import can_be_held_back
from notifications.preferences import Frequency, wanted


@dataclass(frozen=True, slots=True)
class Go:
    """Send it."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Never send it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Not before that moment (UTC)."""

    until: dt.datetime


Verdict = Go | Skip | Wait


class Facts:
    """What must be known of the people of a batch, asked once for all of them."""

    def __init__(self, rows: Iterable[Delivery]) -> None:
        rows = list(rows)
        users = {row.notification.user_id for row in rows if row.notification.user_id}
        self.wishes: dict[Any, dict[tuple[str, str], str]] = {}
        self.schedules: dict[Any, Schedule] = {}
        if users:
            said = Preference.objects.filter(user__in=users)
            for user, category, channel, wish in said.values_list(
                "user_id", "category", "channel", "frequency"
            ):
                self.wishes.setdefault(user, {})[category, channel] = wish
            self.schedules = {one.user_id: one for one in Schedule.objects.filter(user__in=users)}
        self.devices: dict[Any, list[PushSubscription]] = {}
        if any(row.channel == Channel.PUSH for row in rows):
            for device in PushSubscription.objects.filter(user__in=users):
                self.devices.setdefault(device.user_id, []).append(device)
        self.agreed: set[Any] = set()
        if any(row.channel == Channel.SMS for row in rows):
            consents = Consent.objects.in_force().filter(user__in=users, purpose=Consent.Purpose.SMS)
            self.agreed = set(consents.values_list("user_id", flat=True))
        addresses = {address_of(row).lower() for row in rows} - {""}
        suppressed = Suppression.objects.filter(address__in=addresses).values_list(
            "channel", "address", "reason"
        )
        self.suppressed = {(channel, address): reason for channel, address, reason in suppressed}


def address_of(row: Delivery) -> str:
    """Where it would go: an e-mail, a number, or nothing for the site and devices."""
    owner: Any = row.notification.user or row.notification.contact
    return {Channel.EMAIL: owner.email, Channel.SMS: owner.phone}.get(Channel(row.channel), "") or ""


def check(row: Delivery, facts: Facts, now: dt.datetime) -> Verdict:
    """Send, skip or wait; `now` is UTC."""
    what = kind_of(row.notification.kind)
    reason = _gone(row, what, now) or _unreachable(row, what, facts) or _unwanted(row, what, facts)
    if reason:
        return Skip(reason)
    user = row.notification.user
    if user is None or row.channel == Channel.IN_APP or not can_be_held_back(what):
        return Go()
    return _held_back(user, facts.schedules.get(user.pk), now)


def _gone(row: Delivery, what: MessageKind, now: dt.datetime) -> str:
    notification = row.notification
    if notification.deleted_at:
        return "deleted by its reader"
    if notification.read_at and can_be_held_back(what) and row.channel != Channel.IN_APP:
        return "read already"
    if what.useful_for and now > row.not_before + what.useful_for:
        return "too late to be useful"
    if what.is_secret and not notification.context:
        return "its contents were emptied"
    return ""


def _unreachable(row: Delivery, what: MessageKind, facts: Facts) -> str:
    user, contact = row.notification.user, row.notification.contact
    if user is not None and not user.is_active:
        return "the account is shut"
    if contact is not None and contact.erased_at:
        return "the contact was erased"
    if row.channel == Channel.IN_APP:
        return ""
    if row.channel == Channel.PUSH:
        return "" if user is not None and facts.devices.get(user.pk) else "no device"
    return _address_unusable(row, what, facts)


def _address_unusable(row: Delivery, what: MessageKind, facts: Facts) -> str:
    user, contact, address = row.notification.user, row.notification.contact, address_of(row)
    if not address:
        return "no address"
    why = facts.suppressed.get((row.channel, address.lower()))
    # Who once called a newsletter spam must still get the code that they ask for.
    if why and not (what.is_secret and why == Suppression.Reason.COMPLAINT):
        return "the address is suppressed"
    if row.channel == Channel.EMAIL:
        return ""
    if user is not None:
        return "" if user.pk in facts.agreed and user.phone_verified_at else "no consent to SMS"
    # A code goes to a number because someone has just typed it.
    return "" if what.is_secret or (contact is not None and contact.consented_at) else "no consent to SMS"


def _unwanted(row: Delivery, what: MessageKind, facts: Facts) -> str:
    user, contact = row.notification.user, row.notification.contact
    if not what.can_be_switched_off:
        return ""
    if user is None:
        return "" if contact is not None and contact.consented_at else "no consent"
    return "switched off" if wanted(what, row.channel, facts.wishes.get(user.pk, {})) == Frequency.OFF else ""


def _held_back(user: User, schedule: Schedule | None, now: dt.datetime) -> Verdict:
    if schedule is None:
        return Go()
    if schedule.paused_until and schedule.paused_until > now:
        return Wait(schedule.paused_until)
    loud = next_loud(now, schedule.quiet_from, schedule.quiet_until, zone_of(user.time_zone))
    return Wait(loud) if loud > now else Go()
