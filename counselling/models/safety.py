"""Whether it is safe to write to someone and to call them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SafeContact(models.TextChoices):
    """What a person answered, as colleagues read it; none for whom nobody asked."""

    YES = "yes", _("safe to write and to call")
    SMS = "sms", _("only a neutral SMS, do not call")
    NO = "no", _("do not call, do not write")


def safe_contact_field() -> models.CharField[str, str]:
    """The column of the answer."""
    return models.CharField(_("safe to reach"), max_length=3, choices=SafeContact.choices, blank=True)


def safe_contact_known(name: str) -> models.CheckConstraint:
    """Refuse an answer that no message would obey."""
    return models.CheckConstraint(condition=Q(safe_contact__in=["", *SafeContact.values]), name=name)
