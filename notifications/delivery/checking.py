"""Whether a planned message still is to go out, asked again in the moment of sending."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from accounts.models import Consent, User
from accounts.phones import can_get_sms, is_served
from common.message_kinds import Category, Channel, MessageKind, kind_of
from notifications.channels import sms
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


class Why(StrEnum):
    """Why a message does not go, as its row keeps it."""

    NOTHING = ""
    DELETED = "deleted by its reader"
    READ = "read already"
    TOO_LATE = "too late to be useful"
    EMPTIED = "its contents were emptied"
    SHUT = "the account is shut"
    ERASED = "the contact was erased"
    NO_DEVICE = "no device"
    NO_ADDRESS = "no address"
    SUPPRESSED = "the address is suppressed"
    NO_CONSENT = "no consent"
    NO_SMS_CONSENT = "no consent to SMS"
    NO_GATEWAY = "SMS is switched off"
    NO_MOBILE = "the number cannot get SMS"
    COUNTRY = "no SMS to that country"
    UNWANTED = "switched off"


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
    reason = _gone(row, what, now) or _unwanted(row, what, facts) or _unreachable(row, what, facts)
    if reason:
        return Skip(reason)
    user = row.notification.user
    if user is None or row.channel == Channel.IN_APP or not can_be_held_back(what):
        return Go()
    return _held_back(user, facts.schedules.get(user.pk), now)


def _gone(row: Delivery, what: MessageKind, now: dt.datetime) -> Why:
    notification = row.notification
    if notification.deleted_at:
        return Why.DELETED
    if notification.read_at and can_be_held_back(what) and row.channel != Channel.IN_APP:
        return Why.READ
    if what.useful_for and now > row.not_before + what.useful_for:
        return Why.TOO_LATE
    if what.is_secret and not notification.context:
        return Why.EMPTIED
    return Why.NOTHING


def _unreachable(row: Delivery, what: MessageKind, facts: Facts) -> Why:
    user, contact = row.notification.user, row.notification.contact
    if user is not None and not user.is_active:
        return Why.SHUT
    if contact is not None and contact.erased_at:
        return Why.ERASED
    if row.channel == Channel.IN_APP:
        return Why.NOTHING
    if row.channel == Channel.PUSH:
        return Why.NOTHING if user is not None and facts.devices.get(user.pk) else Why.NO_DEVICE
    return _address_unusable(row, what, facts)


def _address_unusable(row: Delivery, what: MessageKind, facts: Facts) -> Why:
    address = address_of(row)
    if not address:
        return Why.NO_ADDRESS
    if row.channel == Channel.SMS and (why := _no_sms(row, address, facts)):
        return why
    suppressed = facts.suppressed.get((row.channel, address.lower()))
    # Who once called a newsletter spam must still get the code that they ask for.
    if suppressed and not (what.is_secret and suppressed == Suppression.Reason.COMPLAINT):
        return Why.SUPPRESSED
    return Why.NOTHING


def _no_sms(row: Delivery, number: str, facts: Facts) -> Why:
    user = row.notification.user
    if user is not None and not (user.pk in facts.agreed and user.phone_verified_at):
        return Why.NO_SMS_CONSENT
    return sms_refused(number)


def sms_refused(number: str) -> Why:
    """Why no SMS goes to a number (E.164), whosever it is; nothing when one may."""
    if sms.gateway() is None:
        return Why.NO_GATEWAY
    if not can_get_sms(number):
        return Why.NO_MOBILE
    return Why.NOTHING if is_served(number) else Why.COUNTRY


def _unwanted(row: Delivery, what: MessageKind, facts: Facts) -> Why:
    """Without an account nothing goes to who did not ask for it, however needful; codes go to who has just typed."""
    user, contact = row.notification.user, row.notification.contact
    if user is None:
        agreed = what.category == Category.SECURITY or (contact is not None and contact.consented_at)
        return Why.NOTHING if agreed else Why.NO_CONSENT
    if not what.can_be_switched_off:
        return Why.NOTHING
    is_off = wanted(what, row.channel, facts.wishes.get(user.pk, {})) == Frequency.OFF
    return Why.UNWANTED if is_off else Why.NOTHING


def _held_back(user: User, schedule: Schedule | None, now: dt.datetime) -> Verdict:
    if schedule is None:
        return Go()
    if schedule.paused_until and schedule.paused_until > now:
        return Wait(schedule.paused_until)
    loud = next_loud(now, schedule.quiet_from, schedule.quiet_until, zone_of(user.time_zone))
    return Wait(loud) if loud > now else Go()
