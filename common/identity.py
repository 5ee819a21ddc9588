"""Stable identifiers for records that come from a file."""

from __future__ import annotations

import uuid

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:nexus:catalogue")


def stable_uuid(kind: str, key: str) -> uuid.UUID:
    """UUID version 5 (RFC 9562) of a record's kind and key: the same after every import, everywhere."""
    return uuid.uuid5(NAMESPACE, f"{kind}/{key}")
