"""What people want to be told, how and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from common.message_kinds import Category, Channel
from notifications.models import Contact, Delivery, Preference, Schedule
from notifications.preferences import FIXED, Frequency, can_choose, frequency
from notifications.unsubscribing import GATHERED

SCHEDULE = ("quiet_from", "quiet_until", "digest_at", "digest_weekday")


@transaction.atomic
def set_preferences(*, user: User, wishes: Mapping[tuple[str, str], str]) -> None:
    """Keep cells of the matrix. Raises ValidationError for what a cell does not offer; fixed cells are passed over."""
    rows = []
    for (category, channel), wish in wishes.items():
        cell = (Category(category), Channel(channel))
        if cell in FIXED:
            continue
        if wish not in can_choose(*cell):
            raise ValidationError("not offered", code="choice")
        rows.append(Preference(user=user, category=category, channel=channel, frequency=wish))
    Preference.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["user", "category", "channel"],
        update_fields=["frequency"],
    )
    _follow(user)


def _follow(user: User) -> None:
    """What waits for a digest that is no longer wanted goes at once, or nowhere; the check at sending sees to that."""
    said = Preference.objects.filter(user=user, channel=Channel.EMAIL)
    wishes = {
        (category, channel): wish
        for category, channel, wish in said.values_list("category", "channel", "frequency")
    }
    waiting = _gathering(user)
    for category in Category:
        wish = frequency(category, Channel.EMAIL, wishes)
        gathered = wish in (Frequency.DAILY, Frequency.WEEKLY)
        waiting.filter(notification__category=category).update(
            digest=wish if gathered else Delivery.Digest.NONE,
            due_at=timezone.now(),
        )


def _gathering(user: User) -> QuerySet[Delivery]:
    """What waits for the person's digests."""
    return Delivery.objects.filter(
        notification__user=user, channel=Channel.EMAIL, status=Delivery.Status.PLANNED
    ).exclude(digest=Delivery.Digest.NONE)


@transaction.atomic
def set_schedule(*, schedule: Schedule) -> Schedule:
    """Keep quiet hours and the hour of digests, wall-clock in the person's zone. Raises IntegrityError."""
    kept, _created = Schedule.objects.update_or_create(
        user=schedule.user, defaults={name: getattr(schedule, name) for name in SCHEDULE}
    )
    _gathering(schedule.user).update(due_at=timezone.now())  # looked at anew, by the new hours
    return kept


@transaction.atomic
def pause(*, user: User, until: dt.datetime) -> None:
    """Send nothing until then (UTC), but for what cannot be switched off."""
    Schedule.objects.update_or_create(user=user, defaults={"paused_until": until})


@transaction.atomic
def resume(*, user: User) -> None:
    """End the pause; what is still due goes out with the next tick."""
    Schedule.objects.filter(user=user).update(paused_until=None)
    Delivery.objects.filter(
        notification__user=user,
        status__in=Delivery.WAITING,
        due_at__gt=timezone.now(),
        not_before__lte=timezone.now(),
    ).update(due_at=timezone.now())


@transaction.atomic
def set_wanted(*, owner: User | Contact, category: str, channel: str, wanted: bool) -> None:
    """Switch one cell off or on by a link in a message; twice is once. A contact is wholly off or on."""
    if isinstance(owner, Contact):
        Contact.objects.filter(pk=owner.pk).update(consented_at=timezone.now() if wanted else None)
        return
    if category == GATHERED:
        _set_gathered(owner, wanted=wanted)
        return
    wish = Frequency.AT_ONCE if wanted else Frequency.OFF
    set_preferences(user=owner, wishes={(category, channel): wish})


def _set_gathered(user: User, *, wanted: bool) -> None:
    """Switch off whatever comes in digests, or bring back by default what is off."""
    said = Preference.objects.filter(user=user, channel=Channel.EMAIL)
    if wanted:
        said.filter(frequency=Frequency.OFF).delete()
        _follow(user)
        return
    wishes = {(one.category, one.channel): one.frequency for one in said}
    gathered = (Frequency.DAILY, Frequency.WEEKLY)
    cells = [(one, Channel.EMAIL) for one in Category if frequency(one, Channel.EMAIL, wishes) in gathered]
    set_preferences(user=user, wishes=dict.fromkeys(cells, Frequency.OFF))
