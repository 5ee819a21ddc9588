"""What people may do, where, and who gave it to them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do; each is a Django group of the same name, which carries the admin's permissions."""

    MEMBER = "member", _("member")
    PROVIDER_EDITOR = "provider_editor", _("provider editor")
    COUNSELLOR = "counsellor", _("counsellor")
    MANAGER = "manager", _("shop-front manager")
    CURATOR = "curator", _("curator")
    MODERATOR = "moderator", _("moderator")
    ANALYST = "analyst", _("analyst")
    COMMITTEE = "committee", _("committee member")


STAFF_ROLES = frozenset(
    {Role.COUNSELLOR, Role.MANAGER, Role.CURATOR, Role.MODERATOR, Role.ANALYST, Role.COMMITTEE}
)  # these need a second factor


class ScopeKind(models.TextChoices):
    """To what a role may be bound; the keys are slugs or codes that upper apps understand."""

    SHOPFRONT = "shopfront", _("shop-front")
    LANGUAGE = "language", _("language")
    BOARD = "board", _("board")
    PROVIDER = "provider", _("provider")


SCOPES_OF_ROLE: dict[Role, frozenset[ScopeKind]] = {
    Role.COUNSELLOR: frozenset({ScopeKind.SHOPFRONT}),
    Role.MANAGER: frozenset({ScopeKind.SHOPFRONT}),
    Role.MODERATOR: frozenset({ScopeKind.LANGUAGE, ScopeKind.BOARD}),
    Role.PROVIDER_EDITOR: frozenset({ScopeKind.PROVIDER}),
}
NEEDS_SCOPE = frozenset({Role.COUNSELLOR, Role.MANAGER, Role.PROVIDER_EDITOR, Role.MODERATOR})


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    """Grants by what they allow."""

    def staff(self) -> Self:
        """Those that need a second factor."""
        return self.filter(role__in=STAFF_ROLES)

    def bound_to(self, kind: ScopeKind, key: str) -> Self:
        """Those that hold at a place."""
        return self.filter(**{f"scopes__{kind.value}__contains": [key]})


class RoleGrant(models.Model):
    """A role that a person has now; taking it away deletes the row, the audit log remembers."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("account"), related_name="grants"
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    # {"shopfront": ["cahul"]}: kinds of `ScopeKind` to keys; an empty one binds to nothing
    scopes: models.JSONField[dict[str, list[str]], dict[str, list[str]]] = models.JSONField(
        _("limited to"), default=dict, blank=True
    )
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("given by"),
        null=True,
        related_name="grants_given",
    )
    granted_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("role of a person")
        verbose_name_plural = _("roles of people")
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="accounts_rolegrant_once"),
            models.CheckConstraint(
                condition=~Q(role__in=sorted(NEEDS_SCOPE)) | ~Q(scopes={}),
                name="accounts_rolegrant_bound_where_it_must",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class RoleInvitationQuerySet(models.QuerySet["RoleInvitation"]):
    """Invitations by whether they still hold."""

    def open(self, now: dt.datetime | None = None) -> Self:
        """Neither accepted, withdrawn nor expired."""
        return self.filter(
            accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=now or timezone.now()
        )


class RoleInvitation(models.Model):
    """A role offered to the owner of an address; the link in the message carries what `token_hash` is made of."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    scopes: models.JSONField[dict[str, list[str]], dict[str, list[str]]] = models.JSONField(
        _("limited to"), default=dict, blank=True
    )
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="ro")
    reason = models.CharField(_("why"), max_length=200)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)  # SHA-256, hexadecimal
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("invited by"),
        null=True,
        related_name="invitations_given",
    )
    invited_at = models.DateTimeField(_("invited at"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True, editable=False)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="invitations_accepted",
        editable=False,
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)

    objects = RoleInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("invited_at")),
                name="accounts_roleinvitation_expires_later",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="accounts_roleinvitation_one_end",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="accounts_roleinvitation_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {str(self.pk)[:8]}"
