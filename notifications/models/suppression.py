"""Addresses that we do not write to, and what providers told us of our messages."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.message_kinds import Channel


class Suppression(models.Model):
    """An address that bounced, complained or was asked not to be used; nothing goes there."""

    class Reason(models.TextChoices):
        """Why."""

        BOUNCE = "bounce", _("it does not exist")
        COMPLAINT = "complaint", _("its owner complained")
        MANUAL = "manual", _("entered by hand")

    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    address = models.CharField(pgettext_lazy("where messages go", "address"), max_length=254)  # lower case
    reason = models.CharField(
        pgettext_lazy("why something was done", "reason"), max_length=10, choices=Reason.choices
    )
    detail = models.CharField(_("what the provider said"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "address"], name="notifications_suppression_one_an_address"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["email", "sms"]), name="notifications_suppression_has_address"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.address}"


class ProviderEvent(models.Model):
    """A provider's report that was taken in; its number makes a repeated one harmless."""

    event_id = models.CharField(max_length=200, primary_key=True)
    kind = models.CharField(_("kind"), max_length=40)
    received_at = models.DateTimeField(_("received at"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("provider’s report")
        verbose_name_plural = _("providers’ reports")

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
