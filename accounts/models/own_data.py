"""What people agreed to, and what they asked for of their own data."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.retention import COPIES

EXPORT_HOURS = COPIES // dt.timedelta(hours=1)


class ConsentQuerySet(models.QuerySet["Consent"]):
    """Consents by whether they hold."""

    def in_force(self) -> Self:
        """Given and not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class Consent(models.Model):
    """A person agreed to something; withdrawing it keeps the row, since what happened meanwhile was allowed."""

    class Purpose(models.TextChoices):
        """To what."""

        SMS = "sms", _("messages by SMS")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="consents")
    purpose = models.CharField(_("to what"), max_length=20, choices=Purpose.choices)
    wording = models.CharField(_("wording"), max_length=20)  # the version of the text that was agreed to
    given_at = models.DateTimeField(_("given at"), default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="accounts_consent_one_in_force",
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.given_at:%Y-%m-%d}"


class DataExportQuerySet(models.QuerySet["DataExport"]):
    """Exports by whether they can be fetched."""

    def downloadable(self, now: dt.datetime | None = None) -> Self:
        """Made, and not older than 48 hours."""
        return self.filter(status="ready", expires_at__gt=now or timezone.now())

    def over(self, now: dt.datetime | None = None) -> Self:
        """Their file is to go."""
        return self.exclude(archive=None).filter(expires_at__lte=now or timezone.now())


class DataExport(models.Model):
    """Everything about one person in one zip; the file lies in the row, encrypted, for 48 hours."""

    class Status(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("being made")
        READY = "ready", _("ready")
        FAILED = "failed", _("could not be made")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="data_exports")
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.WAITING)
    archive = models.BinaryField(null=True, editable=False)
    requested_at = models.DateTimeField(_("requested at"), default=timezone.now, editable=False)
    made_at = models.DateTimeField(_("made at"), null=True, editable=False)
    expires_at = models.DateTimeField(_("valid until"), null=True, editable=False)

    objects = DataExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("copy of a person’s data")
        verbose_name_plural = _("copies of people’s data")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(status="waiting"), name="accounts_dataexport_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(status="ready") | Q(expires_at__isnull=False, made_at__isnull=False),
                name="accounts_dataexport_ready_expires",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.requested_at:%Y-%m-%d}"
