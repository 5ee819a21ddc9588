"""What colleagues may do with shop-fronts, rosters and appointments; pure."""

from __future__ import annotations

from accounts.models import Role, ScopeKind, User
from counselling.models import Appointment, TimeOff

EVERYWHERE = None


def scope_of(user: User, *roles: Role) -> frozenset[str] | None:
    """The slugs of the shop-fronts where one of the roles holds; None: everywhere."""
    if user.is_superuser:
        return EVERYWHERE
    slugs: set[str] = set()
    for role in roles:
        slugs |= set(user.bound_roles.get(role, {}).get(ScopeKind.SHOPFRONT.value, ()))
    return frozenset(slugs)


def desk_scope(user: User) -> frozenset[str] | None:
    """Where a person works the desk."""
    return scope_of(user, Role.COUNSELLOR, Role.MANAGER)


def manager_scope(user: User) -> frozenset[str] | None:
    """Whose rosters a person keeps."""
    return scope_of(user, Role.MANAGER)


def holds(scope: frozenset[str] | None, slug: str) -> bool:
    """Whether a scope holds at a shop-front."""
    return scope is None or slug in scope


def can_work_at(user: User, slug: str) -> bool:
    """Whether a person works the desk of a shop-front."""
    return holds(desk_scope(user), slug)


def can_manage(user: User, slug: str) -> bool:
    """Whether a person keeps the roster of a shop-front."""
    return holds(manager_scope(user), slug)


def can_override(user: User, slug: str) -> bool:
    """Whether a person may book outside hours, shifts and limits."""
    return can_manage(user, slug)


def can_handle(user: User, appointment: Appointment) -> bool:
    """Whether a person takes the steps of an appointment: at their desk."""
    return can_work_at(user, appointment.shopfront.slug)


def can_remove_time_off(user: User, time_off: TimeOff) -> bool:
    """Whether a person may take time off back: their own, or a manager."""
    return time_off.counsellor.user_id == user.pk or user.is_superuser or user.has_role(Role.MANAGER)
