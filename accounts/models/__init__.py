"""People who sign in, their roles, the log of what was done, what they agreed to."""

from accounts.models.audit import AuditEntry
from accounts.models.own_data import EXPORT_HOURS, Consent, DataExport
from accounts.models.roles import (
    NEEDS_SCOPE,
    SCOPES_OF_ROLE,
    STAFF_ROLES,
    Role,
    RoleGrant,
    RoleInvitation,
    ScopeKind,
)
from accounts.models.user import HandleKey, User, validate_time_zone

__all__ = [
    "EXPORT_HOURS",
    "NEEDS_SCOPE",
    "SCOPES_OF_ROLE",
    "STAFF_ROLES",
    "AuditEntry",
    "Consent",
    "DataExport",
    "HandleKey",
    "Role",
    "RoleGrant",
    "RoleInvitation",
    "ScopeKind",
    "User",
    "validate_time_zone",
]
