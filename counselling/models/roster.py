"""Who takes people where and when: counsellors, their shifts, and when they are away."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, RoleGrant, ScopeKind, User
from counselling.models.reason import Mode, Reason
from shopfronts.models import OpeningHours, ShopFront

DESK_ROLES = (Role.COUNSELLOR, Role.MANAGER)
LONGEST_ROOM = 300


def colleagues_at(shopfront: ShopFront) -> models.QuerySet[User]:
    """Whoever works at a shop-front, by their role."""
    grants = RoleGrant.objects.filter(role__in=DESK_ROLES)
    there = grants.bound_to(ScopeKind.SHOPFRONT, shopfront.slug)
    found: models.QuerySet[User] = User.objects.alive().filter(pk__in=there.values("user"))
    return found


class CounsellorQuerySet(models.QuerySet["Counsellor"]):
    """Counsellors by what they can do for someone."""

    def active(self) -> Self:
        """Those who take people: with an open account and a role at some shop-front."""
        grants = RoleGrant.objects.filter(role__in=DESK_ROLES)
        return self.filter(is_active=True, user__is_active=True, user__in=grants.values("user"))

    def able(self, reason: Reason, language: str = "", mode: str = "") -> Self:
        """Those who take a reason, in a language and in a way if one is wanted."""
        found = self.active().filter(Q(reasons=None) | Q(reasons=reason))
        if mode == Mode.VIDEO:
            found = found.with_video_room()
        return found.filter(languages__contains=[language]) if language else found

    def with_video_room(self) -> Self:
        """Those whose clients can be given a link."""
        return self.exclude(video_room="")

    def at(self, shopfronts: Iterable[ShopFront]) -> Self:
        """Those who work at one of some shop-fronts and have a shift there, now or ever."""
        worked = Shift.objects.worked().filter(shopfront__in=list(shopfronts))
        return self.filter(pk__in=worked.values("counsellor"))

    def of(self, shopfront: ShopFront) -> Self:
        """Those who take people at a shop-front, or could: by a shift or by a role."""
        worked = Shift.objects.filter(shopfront=shopfront).values("counsellor")
        return self.filter(Q(pk__in=worked) | Q(user__in=colleagues_at(shopfront)))

    def spoken(self) -> set[str]:
        """The languages that one of them speaks (ISO 639)."""
        return {code for codes in self.values_list("languages", flat=True) for code in codes}


class Counsellor(models.Model):
    """Someone who takes people; whoever books locks this row first, so that two bookings wait for each other."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="counsellor", verbose_name=_("account")
    )
    name = models.CharField(_("name that clients read"), max_length=80)
    languages = ArrayField(models.CharField(max_length=3), verbose_name=_("languages spoken"), default=list)
    reasons = models.ManyToManyField(
        Reason,
        verbose_name=_("takes only"),
        blank=True,
        related_name="counsellors",
        help_text=_("Empty: every reason."),
    )
    is_active = models.BooleanField(_("sees clients"), default=True)
    # Nobody shares one: a client would walk into another's talk.
    video_room = models.CharField(
        _("address of the video room"),
        max_length=LONGEST_ROOM,
        blank=True,
        validators=[URLValidator(schemes=["https"], message=_("Write the whole address, with https://."))],
        help_text=_(
            "A room of this counsellor alone, with its waiting room switched on. Clients with a talk by video get the "
            "link. Empty: no talks by video."
        ),
    )
    feed_token_hash = models.CharField(max_length=64, blank=True, editable=False)  # SHA-256, hexadecimal

    objects = CounsellorQuerySet.as_manager()

    class Meta:
        verbose_name = _("counsellor")
        verbose_name_plural = _("counsellors")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(languages__len__gte=1), name="counselling_counsellor_speaks_something"
            ),
            models.UniqueConstraint(
                fields=["feed_token_hash"],
                condition=~Q(feed_token_hash=""),
                name="counselling_counsellor_feed_unique",
            ),
            models.CheckConstraint(
                condition=Q(video_room="") | Q(video_room__startswith="https://"),
                name="counselling_counsellor_video_room_form",
            ),
            models.UniqueConstraint(
                fields=["video_room"],
                condition=~Q(video_room=""),
                name="counselling_counsellor_video_room_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ShiftQuerySet(models.QuerySet["Shift"]):
    """Shifts by whether they count, and when."""

    def worked(self) -> Self:
        """Those of someone whose account is open and who has a role at that very shop-front."""
        there = RoleGrant.objects.filter(
            role__in=DESK_ROLES,
            user=OuterRef("counsellor__user"),
            user__is_active=True,
            scopes__shopfront__contains=Func(
                OuterRef("shopfront__slug"), function="to_jsonb", output_field=models.JSONField()
            ),
        )
        return self.filter(Exists(there))

    def between(self, first: dt.date, last: dt.date) -> Self:
        """Those that hold on some of the days, both inclusive; on which weekdays and weeks is not asked."""
        still = Q(valid_until=None) | Q(valid_until__gte=first)
        return self.filter(still, valid_from__lte=last)


class Shift(models.Model):
    """When a counsellor takes people at a shop-front: a weekday's wall-clock times there, every n weeks.

    Weeks are counted from the one in which `valid_from` lies (ISO 8601 weeks, Monday first).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    counsellor = models.ForeignKey(
        Counsellor, models.CASCADE, related_name="shifts", verbose_name=_("counsellor")
    )
    shopfront = models.ForeignKey(
        ShopFront, models.CASCADE, related_name="shifts", verbose_name=_("shop-front")
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=OpeningHours.Weekday.choices)
    starts: models.TimeField[dt.time, dt.time] = models.TimeField(_("from"))
    ends: models.TimeField[dt.time, dt.time] = models.TimeField(_("until"))
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)  # inclusive
    every_weeks = models.PositiveSmallIntegerField(_("repeat every (weeks)"), default=1)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["weekday", "starts"]
        constraints = [
            models.CheckConstraint(condition=Q(starts__lt=F("ends")), name="counselling_shift_starts_first"),
            models.CheckConstraint(
                condition=Q(weekday__range=(1, 7)), name="counselling_shift_weekday_known"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="counselling_shift_valid_from_first",
            ),
            models.CheckConstraint(
                condition=Q(every_weeks__range=(1, 12)), name="counselling_shift_every_weeks"
            ),
        ]
        indexes = [models.Index(fields=["shopfront", "weekday"], name="counselling_shift_at")]

    def __str__(self) -> str:
        return f"{self.weekday} {self.starts:%H:%M}–{self.ends:%H:%M}"


class TimeOffQuerySet(models.QuerySet["TimeOff"]):
    """Time off by when it is."""

    def between(self, start: dt.datetime, end: dt.datetime) -> Self:
        """What meets a stretch (UTC)."""
        return self.filter(ends_at__gt=start, starts_at__lt=end)


class TimeOff(models.Model):
    """When a counsellor takes nobody, whatever the shifts say: two instants (UTC)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    counsellor = models.ForeignKey(
        Counsellor, models.CASCADE, related_name="time_off", verbose_name=_("counsellor")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    note = models.CharField(_("note"), max_length=120, blank=True)  # for colleagues; no client reads it
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = TimeOffQuerySet.as_manager()

    class Meta:
        verbose_name = _("time off")
        verbose_name_plural = _("time off")
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="counselling_timeoff_starts_first"
            ),
        ]
        indexes = [models.Index(fields=["counsellor", "ends_at"], name="counselling_timeoff_until")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}–{self.ends_at:%Y-%m-%d %H:%M}"
