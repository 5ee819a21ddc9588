"""What a person wants to be told, on which channel and when."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.message_kinds import Category, Channel


class Preference(models.Model):
    """One cell of the matrix category x channel that a person has changed; the rest are defaults in code."""

    class Frequency(models.TextChoices):
        """How soon."""

        OFF = "off", _("never")
        AT_ONCE = "at_once", _("at once")
        DAILY = "daily", _("once a day")
        WEEKLY = "weekly", _("once a week")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="message_preferences")
    category = models.CharField(
        pgettext_lazy("of messages", "category"), max_length=20, choices=Category.choices
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    frequency = models.CharField(_("how soon"), max_length=10, choices=Frequency.choices)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "category", "channel"], name="notifications_preference_one_a_cell"
            ),
            models.CheckConstraint(
                condition=Q(channel="email") | Q(frequency__in=["off", "at_once"]),
                name="notifications_preference_digest_by_mail",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.channel} {self.frequency}"


class Schedule(models.Model):
    """When a person wants to be left alone, and when digests come; hours are wall-clock in `User.time_zone`."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="message_schedule", primary_key=True
    )
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    digest_at = models.TimeField(_("digest at"), default=dt.time(8, 0))
    digest_weekday = models.PositiveSmallIntegerField(_("day of the weekly digest"), default=0)  # 0 is Monday

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="notifications_schedule_quiet_both_or_none",
            ),
            models.CheckConstraint(condition=Q(digest_weekday__lte=6), name="notifications_schedule_weekday"),
        ]

    def __str__(self) -> str:
        return str(self.user_id)
