"""Codes that open an account by mail: one at a time whoever asks, how many are mailed, how many guesses cost nothing.

Anybody may type an address. So within its life an account has one code, which every browser that asks is given; so many
are mailed in an hour and in a day, and the last of them stays valid until the next may be mailed: a stranger who asks in
an endless loop floods nobody, and locks nobody out. Counted is the address that was typed, known or not.

Guesses are bounded, whatever work a script does: from an address for an hour, and at an account by longer codes for a
day. docs/adr/0018 has the odds.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest

from common import crypto
from common.client_address import client_address, household_of, network_of
from common.counting import DAY, HOUR, IN_A_NETWORK, count, forget, seen

LENGTH = 8  # digits: with six, a million addresses' worth of guesses is an afternoon's work
LONG = 12  # digits, for an account at which many guess
LIFE, SHORTEST = 600, 120  # seconds; with less than the second left a new code is made
MAILS_AN_HOUR, MAILS_A_DAY = 6, 20
WRONG_FROM_ORIGIN = (
    20  # an hour, over all accounts, before a device must work for a guess; ten times as many of a network
)
SHUT_FROM_ORIGIN = (
    100  # an hour; beyond that no guess is compared until it is over; ten times as many of a network
)
WRONG_FOR_ACCOUNT = 15  # a day; then its codes are long for a day, and its owner is told
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
    if found is not None and found.until - time.time() >= SHORTEST and len(found.code) >= length_for(email):
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


def length_for(email: str) -> int:
    """How many digits a new code for an address has."""
    return LENGTH if _long_since(email) is None else LONG


def is_too_short(email: str, code: str, *, asked_at: float) -> bool:
    """Whether a code counts no more, since those of its account are longer by now. `asked_at` in Unix time.

    A browser that asked for an address without an account has no code; it is answered by when it asked, in the same way.
    """
    since = _long_since(email)
    return since is not None and (len(code) < LONG if code else asked_at < since)


def note_wrong(request: HttpRequest, email: str) -> bool:
    """Count a wrong guess; True once, when the account's owner is to be told."""
    address = client_address(request)
    count(f"code-wrong-o:{household_of(address)}", seconds=HOUR)
    count(f"code-wrong-n:{network_of(address)}", seconds=HOUR)
    if not email:
        return False
    in_day = count(f"code-wrong-a:{_key(email)}", seconds=DAY)
    if in_day >= WRONG_FOR_ACCOUNT:
        _make_longer(email)
    return in_day == WRONG_FOR_ACCOUNT


def needs_work(request: HttpRequest) -> bool:
    """Whether a device must work before the next guess."""
    return _came_from(request, WRONG_FROM_ORIGIN)


def is_shut(request: HttpRequest) -> bool:
    """Whether no guess from there is compared until the hour is over; not even a right one, else it would be a guess."""
    return _came_from(request, SHUT_FROM_ORIGIN)


def _came_from(request: HttpRequest, most: int) -> bool:
    address = client_address(request)
    return (
        seen(f"code-wrong-o:{household_of(address)}") >= most
        or seen(f"code-wrong-n:{network_of(address)}") >= most * IN_A_NETWORK
    )


def _make_longer(email: str) -> None:
    """Short codes of an account count no more for a day. Mails begin anew, else its owner would get no long one."""
    if cache.add(f"code-long:{_key(email)}", time.time(), timeout=DAY):
        forget(f"code-mails-h:{_key(email)}")
        forget(f"code-mails-d:{_key(email)}")


def _long_since(email: str) -> float | None:
    found: float | None = cache.get(f"code-long:{_key(email)}")
    return found


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
