"""Tablets and screens that stand in a shop-front: opened by a secret address that can be taken back."""

from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shopfronts.models import ShopFront


class DeviceQuerySet(models.QuerySet["Device"]):
    """Devices by whether they may be used."""

    def trusted(self) -> Self:
        """Not taken back."""
        return self.filter(revoked_at__isnull=True)


class Device(models.Model):
    """A tablet that gives tickets, or a screen that calls numbers up."""

    class Kind(models.TextChoices):
        """What it does."""

        KIOSK = "kiosk", _("tablet for tickets")
        SCREEN = "screen", _("call-up screen")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    shopfront = models.ForeignKey(ShopFront, models.CASCADE, related_name="devices")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    label = models.CharField(_("where it stands"), max_length=60)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)  # SHA-256, hexadecimal
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.label
