"""One message on one channel, tracked from plan to end."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.message_kinds import Channel
from notifications.models.notification import Notification


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Deliveries by what is to be done with them."""

    def due(self, now: dt.datetime) -> Self:
        """To be sent at once: planned or to be tried again, their time come, not waiting for a digest."""
        return self.filter(status__in=Delivery.WAITING, digest=Delivery.Digest.NONE, due_at__lte=now)

    def stuck(self, claimed_before: dt.datetime) -> Self:
        """Claimed by a worker that did not come back."""
        return self.filter(status=Delivery.Status.SENDING, claimed_at__lt=claimed_before)

    def undeliverable(self) -> Self:
        """Given up, for a person to look at."""
        return self.filter(status__in=[Delivery.Status.FAILED, Delivery.Status.DEAD])


class Delivery(models.Model):
    """One message on one channel; the pair of notification and channel is unique.

    `due_at` is the earliest moment of the next try (UTC): `not_before` at first, later the time of a retry.
    """

    class Status(models.TextChoices):
        """Where a message stands; `notifications.delivery.states` says which step may follow which."""

        PLANNED = "planned", _("planned")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        RETRY = "retry", _("to be tried again")
        FAILED = "failed", _("refused")
        DEAD = "dead", _("given up")
        SKIPPED = "skipped", _("skipped")
        CANCELLED = "cancelled", _("cancelled")

    class Digest(models.TextChoices):
        """Whether it goes alone or waits to be gathered."""

        NONE = "", _("at once")
        DAILY = "daily", _("daily digest")
        WEEKLY = "weekly", _("weekly digest")

    WAITING = (Status.PLANNED, Status.RETRY)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notification = models.ForeignKey(Notification, models.CASCADE, related_name="deliveries")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PLANNED)
    reason = models.CharField(pgettext_lazy("why something was done", "reason"), max_length=200, blank=True)
    digest = models.CharField(
        _("digest"), max_length=10, choices=Digest.choices, default=Digest.NONE, blank=True
    )
    due_at = models.DateTimeField(_("due at"), default=timezone.now)
    not_before = models.DateTimeField(_("not before"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claim = models.UUIDField(null=True, editable=False)
    claimed_at = models.DateTimeField(_("claimed at"), null=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)
    provider_id = models.CharField(_("the provider's number"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(
                fields=["notification", "channel"], name="notifications_delivery_once_a_channel"
            ),
            models.CheckConstraint(
                condition=Q(status="sending", claim__isnull=False, claimed_at__isnull=False)
                | ~Q(status="sending") & Q(claim__isnull=True),
                name="notifications_delivery_claimed_while_sending",
            ),
            models.CheckConstraint(
                condition=~Q(status="sent") | Q(sent_at__isnull=False),
                name="notifications_delivery_sent_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["skipped", "failed", "dead"]) | ~Q(reason=""),
                name="notifications_delivery_end_has_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(status__in=["planned", "retry"], digest=""),
                name="notifications_delivery_due",
            ),
            models.Index(
                fields=["claimed_at"], condition=Q(status="sending"), name="notifications_delivery_sending"
            ),
            models.Index(
                fields=["digest", "due_at"],
                condition=Q(status="planned") & ~Q(digest=""),
                name="notifications_delivery_digest",
            ),
            models.Index(
                fields=["provider_id"], condition=~Q(provider_id=""), name="notifications_delivery_ref"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.status} {str(self.pk)[:8]}"
