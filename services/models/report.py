"""What readers tell us about a page that is wrong."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from services.models.service import Service


class ListingReport(models.Model):
    """A reader's note that something on a service's page is not right."""

    class Kind(models.TextChoices):
        """What is wrong."""

        CONTACT = "contact", _("The phone, address or link does not work")
        COST = "cost", _("The price has changed")
        DOCUMENTS = "documents", _("Other papers were asked for")
        CLOSED = "closed", _("The service no longer exists")
        LANGUAGE = "language", _("The text is hard to understand or badly translated")
        OTHER = "other", _("Something else")

    class Status(models.TextChoices):
        """Whether a curator has looked at it."""

        OPEN = "open", pgettext_lazy("of a report", "open")
        SETTLED = "settled", _("settled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(
        Service, verbose_name=_("service"), on_delete=models.CASCADE, related_name="reports"
    )
    submission = models.UUIDField(
        unique=True,
        default=uuid.uuid4,
        editable=False,
        help_text="Made with the form: a double submit is one.",
    )
    kind = models.CharField(_("what is wrong"), max_length=12, choices=Kind.choices)
    text = models.TextField(_("text"), max_length=2000, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.OPEN)
    created_at = models.DateTimeField(_("received at"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("settled by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("reader's report")
        verbose_name_plural = _("readers' reports")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="open", settled_at=None)
                | models.Q(status="settled", settled_at__isnull=False),
                name="services_listingreport_settled_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.service_id}"
