"""Writing the log of deeds."""

from __future__ import annotations

from typing import Any

from accounts.models import AuditEntry, User


def record(
    *,
    deed: AuditEntry.Deed,
    by: User | None,
    subject: User | None,
    reason: str,
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Note a deed in the caller's transaction; `by` is nobody when a command or the product itself did it."""
    return AuditEntry.objects.create(
        deed=deed, actor=by, subject=subject, reason=reason[:200], detail=detail or {}
    )
