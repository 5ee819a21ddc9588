"""What colleagues may do with shop-fronts, rosters and appointments; pure.

Administering the product is no role here: a superuser opens nothing of clients.
"""

from __future__ import annotations

from accounts.models import Role, ScopeKind, User
from counselling.models import TimeOff


def scope_of(user: User, *roles: Role) -> frozenset[str]:
    """The slugs of the shop-fronts where one of the roles holds."""
    slugs: set[str] = set()
    for role in roles:
        slugs |= set(user.bound_roles.get(role, {}).get(ScopeKind.SHOPFRONT.value, ()))
    return frozenset(slugs)


def desk_scope(user: User) -> frozenset[str]:
    """Where a person works the desk."""
    return scope_of(user, Role.COUNSELLOR, Role.MANAGER)


def manager_scope(user: User) -> frozenset[str]:
    """Whose rosters a person keeps."""
    return scope_of(user, Role.MANAGER)


def can_manage(user: User, slug: str) -> bool:
    """Whether a person keeps the roster of a shop-front."""
    return slug in manager_scope(user)


def can_override(user: User, slug: str) -> bool:
    """Whether a person may book outside hours, shifts and limits."""
    return can_manage(user, slug)


def can_remove_time_off(user: User, time_off: TimeOff) -> bool:
    """Whether a person may take time off back: their own, or a manager."""
    return time_off.counsellor.user_id == user.pk or user.has_role(Role.MANAGER)
