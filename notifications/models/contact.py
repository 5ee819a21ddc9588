"""Someone without an account whom we may write to about what they asked for."""

from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ContactQuerySet(models.QuerySet["Contact"]):
    """Contacts by whether they are still needed."""

    def unclaimed(self) -> Self:
        """Those that nothing but messages points to: an appointment, say, keeps its contact."""
        found = self
        for relation in self.model._meta.related_objects:
            if relation.name != "notifications":
                found = found.filter(**{f"{relation.name}__isnull": True})
        return found


class Contact(models.Model):
    """An address or a phone with the language and the zone in which its owner reads."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=16, blank=True)  # E.164
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="ro")
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Chisinau")  # IANA
    consented_at = models.DateTimeField(_("agreed to messages at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.CheckConstraint(
                condition=~Q(email="", phone="") | Q(erased_at__isnull=False),
                name="notifications_contact_can_be_reached",
            ),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="notifications_contact_phone_e164",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {str(self.pk)[:8]}"
