"""Codes that open an account by mail: one at a time whoever asks, how many are mailed, how many guesses cost nothing.

Anybody may type an address. So within its life an account has one code, which every browser that asks is given; so many
are mailed in an hour and in a day, and the last of them stays valid until the next may be mailed: a stranger who asks in
an endless loop floods nobody, and locks nobody out. Counted is the address that was typed, known or not.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest

from common import crypto
from common.client_address import client_address, household_of, network_of
from common.counting import count, seen

LENGTH = 8  # digits: with six, a million addresses' worth of guesses is an afternoon's work
LIFE, SHORTEST = 600, 120  # seconds; with less than the second left a new code is made
HOUR, DAY = 3600, 86_400
MAILS_AN_HOUR, MAILS_A_DAY = 6, 20
WRONG_FROM_ORIGIN, WRONG_FROM_NETWORK = (
    20,
    200,
)  # an hour, over all accounts, before a device must work for a guess
WRONG_FOR_ACCOUNT = 15  # a day, before the same; its owner is told
PURPOSE = "accounts.mailed_code"


@dataclass(frozen=True, slots=True)
class OpenCode:
    """The code that is valid for an address until a moment (Unix time)."""

    code: str
    until: float

    @property
    def minutes_left(self) -> int:
        """Whole minutes, at least one."""
        return max(1, round((self.until - time.time()) / 60))


def code_for(email: str, flow: str, *, fresh: str) -> OpenCode:
    """The code that is open for an address in a flow, or the fresh one, which is open from now on."""
    found = _read(email, flow)
    if found is not None and found.until - time.time() >= SHORTEST:
        return found
    made = OpenCode(fresh, time.time() + LIFE)
    _write(email, flow, made)
    return made


def is_used_up(email: str) -> bool:
    """Whether no more is mailed to an address for now."""
    return (
        seen(f"code-mails-h:{_key(email)}") >= MAILS_AN_HOUR
        or seen(f"code-mails-d:{_key(email)}") >= MAILS_A_DAY
    )


def take_mail(email: str, flow: str) -> bool:
    """Count one mail; False when it may not be sent. The last one's code stays valid until the next may be mailed."""
    if is_used_up(email):
        return False
    in_hour = count(f"code-mails-h:{_key(email)}", seconds=HOUR)
    in_day = count(f"code-mails-d:{_key(email)}", seconds=DAY)
    longer = DAY if in_day >= MAILS_A_DAY else HOUR if in_hour >= MAILS_AN_HOUR else 0
    found = _read(email, flow)
    if longer and found is not None:
        _write(email, flow, OpenCode(found.code, time.time() + longer))
    return in_hour <= MAILS_AN_HOUR and in_day <= MAILS_A_DAY


def note_wrong(request: HttpRequest, email: str) -> bool:
    """Count a wrong guess; True once, when the account's owner is to be told."""
    address = client_address(request)
    count(f"code-wrong-o:{household_of(address)}", seconds=HOUR)
    count(f"code-wrong-n:{network_of(address)}", seconds=HOUR)
    return bool(email) and count(f"code-wrong-a:{_key(email)}", seconds=DAY) == WRONG_FOR_ACCOUNT


def needs_work(request: HttpRequest, email: str) -> bool:
    """Whether a device must work before the next guess."""
    address = client_address(request)
    return (
        seen(f"code-wrong-o:{household_of(address)}") >= WRONG_FROM_ORIGIN
        or seen(f"code-wrong-n:{network_of(address)}") >= WRONG_FROM_NETWORK
        or seen(f"code-wrong-a:{_key(email)}") >= WRONG_FOR_ACCOUNT
    )


def _key(email: str) -> str:
    return crypto.keyed_hash(email.strip().lower(), purpose=PURPOSE)


def _read(email: str, flow: str) -> OpenCode | None:
    sealed = cache.get(f"open-code:{flow}:{_key(email)}")
    if sealed is None:
        return None
    try:
        code, until = json.loads(crypto.decrypt(sealed, purpose=PURPOSE))
    except (crypto.InvalidToken, ValueError):
        return None
    return OpenCode(code, until)


def _write(email: str, flow: str, made: OpenCode) -> None:
    sealed = crypto.encrypt(json.dumps([made.code, made.until]).encode(), purpose=PURPOSE)
    cache.set(f"open-code:{flow}:{_key(email)}", sealed, timeout=max(1, int(made.until - time.time())))
