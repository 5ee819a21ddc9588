"""Giving roles and taking them away; each leaves an entry in the log."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import role_changes
from accounts.actions.audit import record
from accounts.models import NEEDS_SCOPE, SCOPES_OF_ROLE, AuditEntry, Role, RoleGrant, RoleInvitation, User
from accounts.telling import tell

CATALOGUE_APPS = ("services", "shopfronts")
CURATED_MODELS = (("counselling", "reason"),)  # public content of apps whose other tables are about people
ADMIN_ROLES = frozenset({Role.CURATOR})  # whom the admin lets in; the others get pages of their own
INVITATION_DAYS = 7
Scopes = dict[str, list[str]]


@transaction.atomic
def prepare_roles() -> dict[str, Group]:
    """Make one group for each role, with what it may do in the admin; safe to run again."""
    groups = {role.value: Group.objects.get_or_create(name=role.value)[0] for role in Role}
    curated = Q(content_type__app_label__in=CATALOGUE_APPS)
    for app_label, model in CURATED_MODELS:
        curated |= Q(content_type__app_label=app_label, content_type__model=model)
    groups[Role.CURATOR].permissions.set(Permission.objects.filter(curated))
    return groups


def check_scopes(role: Role, scopes: Scopes) -> Scopes:
    """The scopes without empty ones. Raises ValidationError when the role cannot be bound so, or must be bound."""
    clean = {kind: sorted(set(keys)) for kind, keys in scopes.items() if keys}
    if clean.keys() - set(SCOPES_OF_ROLE.get(role, ())):
        raise ValidationError(_("This role cannot be limited to that."), code="scope")
    if role in NEEDS_SCOPE and not clean:
        raise ValidationError(_("Say where this role applies."), code="scope")
    return clean


@transaction.atomic
def grant_role(
    *, user: User, role: Role, scopes: Scopes | None = None, by: User | None, reason: str
) -> RoleGrant:
    """Give a role. Raises ValidationError when it cannot be bound so; a role that is there is bound anew."""
    bound = check_scopes(role, scopes or {})
    User.objects.select_for_update().get(pk=user.pk)
    grant, created = RoleGrant.objects.update_or_create(
        user=user, role=role, defaults={"scopes": bound, "granted_by": by}
    )
    _follow_groups(user)
    record(
        deed=AuditEntry.Deed.ROLE_GRANTED if created else AuditEntry.Deed.ROLE_CHANGED,
        by=by,
        subject=user,
        reason=reason,
        detail={"role": role.value, "scopes": bound},
    )
    role_changes.announce(user=user, by=by)
    if created:
        tell(
            kind="accounts.role_granted",
            user=user,
            context={"role": role.value, "scopes": bound},
            dedupe_key=f"accounts.role_granted:{grant.pk}",
            url="/account/",
        )
    return grant


@transaction.atomic
def bind_role(*, grant: RoleGrant, scopes: Scopes, by: User, reason: str) -> RoleGrant:
    """Bind a role that someone has to other places. Raises ValidationError."""
    return grant_role(user=grant.user, role=Role(grant.role), scopes=scopes, by=by, reason=reason)


@transaction.atomic
def remove_role(*, grant: RoleGrant, by: User | None, reason: str) -> None:
    """Take a role away; the person's sessions stay, but no staff page opens any more."""
    user, role, scopes, number = grant.user, grant.role, grant.scopes, grant.pk
    grant.delete()
    _follow_groups(user)
    record(
        deed=AuditEntry.Deed.ROLE_REMOVED,
        by=by,
        subject=user,
        reason=reason,
        detail={"role": role, "scopes": scopes},
    )
    role_changes.announce(user=user, by=by)
    tell(
        kind="accounts.role_removed",
        user=user,
        context={"role": role, "scopes": scopes},
        dedupe_key=f"accounts.role_removed:{number}",
    )


def _follow_groups(user: User) -> None:
    """Groups carry the admin's permissions; they follow from the roles."""
    roles = set(user.grants.values_list("role", flat=True))
    groups = prepare_roles()
    user.groups.set([groups[role] for role in roles])
    user.is_staff = user.is_superuser or bool(roles & ADMIN_ROLES)
    user.save(update_fields=["is_staff"])
    user.__dict__.pop("bound_roles", None)  # what this object remembered


def hash_of(token: str) -> str:
    """What the table keeps of an invitation's token."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(  # noqa: PLR0913  # facts by name
    *, email: str, role: Role, scopes: Scopes, language: str, reason: str, by: User
) -> tuple[RoleInvitation, str]:
    """Offer a role to the owner of an address for seven days; the invitation and the token of its link.

    Raises ValidationError. An open invitation of the same role to the same address is replaced.
    """
    bound = check_scopes(role, scopes)
    address = email.strip().lower()
    for old in RoleInvitation.objects.open().filter(email=address, role=role):
        withdraw_invitation(invitation=old, by=by, reason=reason)
    token = secrets.token_urlsafe(32)
    invitation = RoleInvitation.objects.create(
        email=address,
        role=role,
        scopes=bound,
        language=language,
        reason=reason,
        token_hash=hash_of(token),
        invited_by=by,
        expires_at=timezone.now() + dt.timedelta(days=INVITATION_DAYS),
    )
    record(
        deed=AuditEntry.Deed.ROLE_INVITED,
        by=by,
        subject=None,
        reason=reason,
        detail={"invitation": str(invitation.pk), "role": role.value, "scopes": bound},
    )
    tell(
        kind="accounts.role_invitation",
        email=address,
        language=language,
        context={"role": role.value, "scopes": bound, "token": token, "days": INVITATION_DAYS},
        dedupe_key=f"accounts.role_invitation:{invitation.pk}",
    )
    return invitation, token


@transaction.atomic
def withdraw_invitation(*, invitation: RoleInvitation, by: User, reason: str) -> None:
    """Take an open invitation back; one that is over stays as it is."""
    changed = RoleInvitation.objects.open().filter(pk=invitation.pk).update(withdrawn_at=timezone.now())
    if changed:
        record(
            deed=AuditEntry.Deed.INVITATION_WITHDRAWN,
            by=by,
            subject=None,
            reason=reason,
            detail={"invitation": str(invitation.pk), "role": invitation.role},
        )


@transaction.atomic
def accept_invitation(*, invitation: RoleInvitation, user: User) -> RoleGrant | None:
    """Take the role that was offered; None when the invitation is over or meant for another address."""
    held = (
        RoleInvitation.objects.open().select_for_update().filter(pk=invitation.pk, email=user.email).first()
    )
    if held is None:
        return None
    held.accepted_at, held.accepted_by = timezone.now(), user
    held.save(update_fields=["accepted_at", "accepted_by"])
    return grant_role(
        user=user, role=Role(held.role), scopes=held.scopes, by=held.invited_by, reason=held.reason
    )
