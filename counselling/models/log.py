"""What happened to an appointment: each step, when, by whom and why."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counselling.models.appointment import Appointment
from counselling.states import Status


class AppointmentStep(models.Model):
    """One step of an appointment; the database refuses to change it, it goes only with its appointment."""

    class By(models.TextChoices):
        """Who took it."""

        CLIENT = "client", _("the client")
        STAFF = "staff", _("a colleague")
        SYSTEM = "system", _("the system")

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="steps")
    at = models.DateTimeField(default=timezone.now, editable=False)
    old = models.CharField(max_length=20, choices=Status.choices, blank=True)  # empty: it was made
    new = models.CharField(max_length=20, choices=Status.choices)
    by = models.CharField(max_length=10, choices=By.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("step of an appointment")
        verbose_name_plural = _("steps of appointments")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.old or '·'} → {self.new}"
