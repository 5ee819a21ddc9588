"""One-time codes of our own pages, kept in the session as a keyed hash: eight digits, ten minutes, three tries.

Tries are counted beside the session: of requests at the same moment each reads the session as it was before.
"""

from __future__ import annotations

import secrets
import time
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from common.counting import count
from common.typed import digits_of

LIFETIME = 600  # seconds
TRIES = 3


def issue(session: SessionBase, purpose: str, about: str = "") -> str:
    """A new code for a purpose; an earlier one counts no more. `about` is given back when the code is right."""
    code = f"{secrets.randbelow(10**8):08d}"
    session[_key(purpose)] = {"hash": _hash(purpose, code), "at": time.time(), "about": about}
    return code


def pending(session: SessionBase, purpose: str) -> str | None:
    """What an open code is about; None when none was asked for or its time is over."""
    kept: dict[str, Any] | None = session.get(_key(purpose))
    return None if kept is None or time.time() - kept["at"] > LIFETIME else str(kept["about"])


def redeem(session: SessionBase, purpose: str, text: str) -> str:
    """What the code is about; it is used up. Raises ValidationError when it is wrong, too old or tried too often."""
    kept: dict[str, Any] | None = session.get(_key(purpose))
    if kept is None or time.time() - kept["at"] > LIFETIME or not _may_try(kept):
        session.pop(_key(purpose), None)
        raise ValidationError(_("This code is no longer valid. Ask for a new one."), code="over")
    if not constant_time_compare(kept["hash"], _hash(purpose, digits_of(text))):
        raise ValidationError(
            _("This code is not correct. Look at the newest message and type its eight digits."), code="wrong"
        )
    del session[_key(purpose)]
    return str(kept["about"])


def _may_try(kept: dict[str, Any]) -> bool:
    """Count one more try at a code, before it is compared."""
    return count(f"code-tries:{kept['hash']}:{kept['at']}", seconds=LIFETIME) <= TRIES


def _key(purpose: str) -> str:
    return f"code:{purpose}"


def _hash(purpose: str, code: str) -> str:
    return salted_hmac(f"accounts.codes.{purpose}", code, algorithm="sha256").hexdigest()
