"""What colleagues do that the log of deeds keeps; steps of appointments have a log of their own."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Deed(TextChoices):
    """Deeds of the desk."""

    DEVICE_REVOKED = "counselling.device_revoked", _("tablet or screen shut out")
    TIME_OFF_REMOVED = "counselling.time_off_removed", _("time off removed")
