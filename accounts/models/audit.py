"""The log of what was done to accounts, roles and whatever apps above name; the database refuses to change it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_more: dict[str, str | Promise] = {}  # deeds of apps above


def register_deeds(deeds: dict[str, str | Promise]) -> None:
    """Name deeds of an app, each `<app>.<verb>`, with what people call them; called in `ready()`."""
    _more.update(deeds)


def known_deeds() -> list[tuple[str, str | Promise]]:
    """Every deed with its words."""
    return [*AuditEntry.Deed.choices, *sorted(_more.items())]


class AuditEntry(models.Model):
    """One deed: who, to whom, what, why; UPDATE, DELETE and TRUNCATE are refused by triggers (migration 0002)."""

    class Deed(models.TextChoices):
        """What was done."""

        ROLE_GRANTED = "role_granted", _("role given")
        ROLE_CHANGED = "role_changed", _("role limits changed")
        ROLE_REMOVED = "role_removed", _("role taken away")
        ROLE_INVITED = "role_invited", _("invited to a role")
        INVITATION_WITHDRAWN = "invitation_withdrawn", _("invitation withdrawn")
        ACCOUNT_SHUT = "account_shut", _("account closed")
        ACCOUNT_OPENED = "account_opened", _("account opened again")
        ACCOUNT_ERASED = "account_erased", _("account erased")
        DATA_EXPORTED = "data_exported", _("data exported")
        SECOND_FACTOR_RESET = "second_factor_reset", _("second factor reset")

    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    deed = models.CharField(_("what"), max_length=40, choices=known_deeds)
    actor = models.ForeignKey(  # nobody when a command or the product itself did it
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="deeds", verbose_name=_("who")
    )
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="deeds_upon",
        verbose_name=_("to whom"),
    )
    detail: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("detail"), default=dict)
    reason = models.CharField(_("why"), max_length=200)

    class Meta:
        verbose_name = _("entry of the log")
        verbose_name_plural = _("log")
        indexes = [models.Index(fields=["subject", "-at"], name="accounts_auditentry_subject")]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="accounts_auditentry_has_reason")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.deed}"
