"""Links in messages: one signed token a purpose; short enough for an SMS; compared in constant time.

A token is `<id><number>.<signature>`: 22 characters of a UUID, a number, 22 of an HMAC-SHA-256 cut to 128 bits.
The first of DATA_KEYS signs, all of them verify: a link in a message outlives any SECRET_KEY.
"""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

ID_LENGTH, SIGNATURE_BYTES = 22, 16
SHORT_SIGNATURE = 16  # signs of an SMS's signature: 96 bits, which nobody tries through at a web server


class Purpose(StrEnum):
    """What a link may do."""

    VIEW = "view"  # of a booking, whatever its sequence
    OWN = "own"  # the same, in messages alone: who has it reads what is sent to the address
    CHANGE = "change"  # the others hold for one sequence of a booking: a move makes them stale
    CANCEL = "cancel"
    CONFIRM = "confirm"
    TAKE = "take"  # an offer of the waiting list
    LEAVE = "leave"  # the waiting list
    QUEUE = "queue"  # a place in today's queue


@dataclass(frozen=True, slots=True)
class Pointer:
    """What a good token points to."""

    id: uuid.UUID
    number: int


def make(purpose: Purpose, pk: uuid.UUID, number: int = 0) -> str:
    """The token for a thing and, where it has one, its sequence."""
    body = f"{_encode(pk.bytes)}{number}"
    return f"{body}.{_sign(purpose, body, settings.DATA_KEYS[0])}"


def make_short(purpose: Purpose, pk: uuid.UUID, number: int = 0) -> str:
    """The same with a shorter signature, for an SMS."""
    body, _dot, signature = make(purpose, pk, number).partition(".")
    return f"{body}.{signature[:SHORT_SIGNATURE]}"


def read_short(token: str) -> tuple[Purpose, Pointer] | None:
    """What a short token is for, and what it points to; None for one that is altered or foreign."""
    body, _dot, signature = token.partition(".")
    found = [
        purpose
        for key in settings.DATA_KEYS
        for purpose in Purpose
        if constant_time_compare(signature, _sign(purpose, body, key)[:SHORT_SIGNATURE])
    ]
    return (found[0], _pointer(body)) if found and body[ID_LENGTH:].isdecimal() else None


def read(purpose: Purpose, token: str) -> Pointer | None:
    """What a token points to; None for one that is altered, foreign or for another purpose."""
    body, _dot, signature = token.partition(".")
    good = [constant_time_compare(signature, _sign(purpose, body, key)) for key in settings.DATA_KEYS]
    if not any(good) or not body[ID_LENGTH:].isdecimal():
        return None
    return _pointer(body)


def _pointer(body: str) -> Pointer:
    raw = base64.urlsafe_b64decode(body[:ID_LENGTH] + "==")
    return Pointer(uuid.UUID(bytes=raw), int(body[ID_LENGTH:]))


def _sign(purpose: Purpose, body: str, key: str) -> str:
    digest = salted_hmac(f"counselling.token.{purpose}", body, secret=key, algorithm="sha256").digest()
    return _encode(digest[:SIGNATURE_BYTES])


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
