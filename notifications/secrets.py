"""Contexts that hold a code: encrypted while they wait, emptied once they are sent."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Q

from common import crypto
from common.sealed import SealedColumn, within
from notifications.models import Notification

PURPOSE = "notifications.secret"
SEALED = "sealed"


def seal(context: dict[str, Any]) -> dict[str, Any]:
    """The context as it may lie in the table."""
    return {SEALED: crypto.encrypt(json.dumps(context).encode(), purpose=PURPOSE).decode()}


def unseal(context: dict[str, Any]) -> dict[str, Any]:
    """The context as it was; one that was never sealed comes back unchanged. Raises common.crypto.InvalidToken."""
    token = context.get(SEALED)
    if token is None:
        return context
    opened: dict[str, Any] = json.loads(crypto.decrypt(token.encode(), purpose=PURPOSE))
    return opened


def column() -> SealedColumn:
    """Where such contexts lie."""
    return SealedColumn(Notification, "context", PURPOSE, within(SEALED), Q(context__has_key=SEALED))
