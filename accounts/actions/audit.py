"""Writing the log of deeds."""

from __future__ import annotations

from typing import Any

from accounts.models import AuditEntry, User
from accounts.models.audit import known_deeds


def record(
    *,
    deed: str,
    by: User | None,
    subject: User | None,
    reason: str,
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Note a deed in the caller's transaction; `by` is nobody when a command or the product itself did it.

    Raises ValueError for a deed that no app has named.
    """
    if deed not in dict(known_deeds()):
        raise ValueError(f"no deed is called {deed}")
    return AuditEntry.objects.create(
        deed=deed, actor=by, subject=subject, reason=reason[:200], detail=detail or {}
    )
