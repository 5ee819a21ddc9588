"""Shifts and time off; a change never touches a booking, but tells the managers which ones it meets."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from enum import Enum
from math import gcd

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actions.audit import record
from accounts.models import Role, RoleGrant, ScopeKind, User
from common import content_version
from counselling import conflicts
from counselling.actions.devices import revoke_feed
from counselling.deeds import Deed
from counselling.models import Counsellor, Reason, Shift, TimeOff
from notifications.actions import notify
from shopfronts.models import ShopFront


class Told(Enum):
    """Whom a word about bookings that cannot be kept reaches."""

    MANAGER = "manager"
    ADMINISTRATOR = "administrator"
    NOBODY = "nobody"


@transaction.atomic
def save_shift(*, shift: Shift, by: User) -> Shift:
    """Add or change a shift. Raises ValidationError when the counsellor is somewhere else at that time."""
    Counsellor.objects.select_for_update(of=("self",), no_key=True).get(pk=shift.counsellor_id)
    if meeting(shift):
        raise ValidationError(_("The counsellor has another shift at that time."), code="overlap")
    shift.save()
    tell_of_conflicts(counsellor=shift.counsellor, by=by)
    return shift


def meeting(shift: Shift) -> list[Shift]:
    """Other shifts of the counsellor whose hours and validity meet those of this one."""
    others = Shift.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=shift.valid_from),
        counsellor=shift.counsellor,
        weekday=shift.weekday,
        starts__lt=shift.ends,
        ends__gt=shift.starts,
    ).exclude(pk=shift.pk)
    if shift.valid_until is not None:
        others = others.filter(valid_from__lte=shift.valid_until)
    return [other for other in others if _same_week(shift, other)]


def _same_week(one: Shift, other: Shift) -> bool:
    """Whether two rhythms ever fall into the same week (by the greatest common divisor of their lengths)."""

    weeks = (_monday(one.valid_from) - _monday(other.valid_from)).days // 7
    return weeks % gcd(one.every_weeks, other.every_weeks) == 0


def _monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


@transaction.atomic
def end_shift(*, shift: Shift, last_day: dt.date | None, by: User) -> None:
    """End a shift on a day, or take it away when it never began. Bookings after it stay, as conflicts."""
    if last_day is None or last_day < shift.valid_from:
        shift.delete()
    else:
        shift.valid_until = last_day
        shift.save(update_fields=["valid_until"])
    tell_of_conflicts(counsellor=shift.counsellor, by=by)


@transaction.atomic
def add_time_off(
    *, counsellor: Counsellor, starts_at: dt.datetime, ends_at: dt.datetime, note: str, by: User
) -> TimeOff:
    """Let a counsellor be away between two instants (UTC)."""
    row = TimeOff.objects.create(
        counsellor=counsellor, starts_at=starts_at, ends_at=ends_at, note=note, made_by=by
    )
    tell_of_conflicts(counsellor=counsellor, by=by)
    return row


@transaction.atomic
def remove_time_off(*, time_off: TimeOff, by: User) -> None:
    """Let a counsellor be there after all."""
    record(
        deed=Deed.TIME_OFF_REMOVED,
        by=by,
        subject=time_off.counsellor.user,
        reason=gettext("at the desk"),
        detail={"from": time_off.starts_at.isoformat(), "until": time_off.ends_at.isoformat()},
    )
    time_off.delete()


@transaction.atomic
def save_counsellor(
    *, counsellor: Counsellor, by: User, reasons: Iterable[Reason] | None = None
) -> Counsellor:
    """Change what a counsellor does; whoever is booked with one who no longer takes people becomes a conflict.

    `reasons` are the only ones they take from now on; an empty list means every reason, None leaves them.
    """
    counsellor.save()
    content_version.bump()  # pages say languages and ways
    if reasons is not None:
        counsellor.reasons.set(reasons)
    tell_of_conflicts(counsellor=counsellor, by=by)
    return counsellor


def managers() -> dict[str, list[User]]:
    """Whose each shop-front is, by slug."""
    found: dict[str, list[User]] = {}
    for grant in RoleGrant.objects.filter(role=Role.MANAGER, user__is_active=True).select_related("user"):
        for slug in grant.scopes.get(ScopeKind.SHOPFRONT.value, ()):
            found.setdefault(slug, []).append(grant.user)
    return found


def who_is_told(slug: str) -> Told:
    """Whom a word about a shop-front's bookings reaches."""
    if slug in managers():
        return Told.MANAGER
    return Told.ADMINISTRATOR if administrators().exists() else Told.NOBODY


def administrators() -> QuerySet[User]:
    """Who is told where a shop-front has no manager."""
    found: QuerySet[User] = User.objects.alive().filter(is_superuser=True)
    return found


@transaction.atomic
def follow_roles(*, user: User, by: User | None) -> None:
    """Someone has lost a role or the account, or is bound elsewhere: calendars end, bookings become conflicts."""
    counsellor = Counsellor.objects.filter(user=user).first()
    if counsellor is None:
        return
    if not Counsellor.objects.active().filter(pk=counsellor.pk).exists():
        revoke_feed(counsellor=counsellor)
    tell_of_conflicts(counsellor=counsellor, by=by)


@transaction.atomic
def tell_of_conflicts(*, counsellor: Counsellor | None = None, by: User | None = None) -> int:
    """Tell managers of bookings that meet the roster, once a day each; how many there are.

    Where a shop-front has no manager, the administrators are told to appoint one.
    """
    found = conflicts.find(counsellor=counsellor.pk if counsellor else None)
    by_place: dict[uuid.UUID, list[conflicts.Conflict]] = {}
    for conflict in found:
        by_place.setdefault(conflict.appointment.shopfront_id, []).append(conflict)
    whose = managers() if found else {}
    for rows in by_place.values():
        shopfront = rows[0].appointment.shopfront
        about = (
            f"{shopfront.slug}:{counsellor.pk if counsellor else 'all'}:{timezone.localdate()}:{len(rows)}"
        )
        if shopfront.slug not in whose:
            _tell_administrators(shopfront, len(rows), about)
        for manager in whose.get(shopfront.slug, ()):
            if manager == by:  # sees them on the page that follows
                continue
            notify(
                kind="counselling.conflicts",
                recipient=manager,
                context={"count": len(rows)},
                dedupe_key=f"counselling.conflicts:{about}",
                url="/desk/conflicts/",
            )
    return len(found)


def _tell_administrators(shopfront: ShopFront, count: int, about: str) -> None:
    for administrator in administrators():
        notify(
            kind="counselling.no_manager",
            recipient=administrator,
            context={"count": count, "place": shopfront.slug},
            dedupe_key=f"counselling.no_manager:{about}",
            url="/admin/accounts/roleinvitation/add/",
        )
