"""What a browser session remembers while someone books: who holds, what was typed. Nothing is set before a POST."""

from __future__ import annotations

import base64
import json
import re
import secrets
from typing import Any

from django.http import HttpRequest

from accounts.models import User
from common.client_address import client_address
from common.crypto import InvalidToken, decrypt, encrypt
from counselling.identity import origin_key
from counselling.models import Appointment, Status

VISITOR, DRAFT = "counselling_visitor", "counselling_draft"
CHOICE = "counselling_choice"  # how to find the time again when its hold was lost
DONE = "counselling_done"  # the appointment that was booked last
PURPOSE = "counselling.draft"
FORM = re.compile(r"^[0-9a-f]{32}$")


def new_visitor() -> str:
    """A random name for a browser, put into a form: a button pressed twice is then one visitor, not two."""
    return secrets.token_hex(16)


def visitor_of(request: HttpRequest, *, offered: str = "") -> str:
    """The browser's name: the session's, else what its form brought, else a new one, kept from now on."""
    known = request.session.get(VISITOR) or (offered if FORM.fullmatch(offered) else new_visitor())
    if request.session.get(VISITOR) != known:
        request.session[VISITOR] = known
    return str(known)


def known_visitor(request: HttpRequest) -> str:
    """The browser's name if it has one; reading sets nothing."""
    return str(request.session.get(VISITOR, ""))


def origin_of(request: HttpRequest) -> str:
    """A keyed hash of the network address."""
    return origin_key(client_address(request))


def member_of(request: HttpRequest) -> User | None:
    """Who is signed in."""
    return request.user if isinstance(request.user, User) else None


def held_by(visitor: str) -> Appointment | None:
    """What a browser holds now, even when its time is over and nobody has taken it yet."""
    if not visitor:
        return None
    rows = Appointment.objects.select_related("reason", "shopfront", "counsellor")
    return rows.filter(visitor_key=visitor, status=Status.HELD).first()


def keep_draft(request: HttpRequest, typed: dict[str, Any]) -> None:
    """Keep what was typed until it is booked, encrypted, for a note may tell of trouble."""
    sealed = encrypt(json.dumps(typed).encode(), purpose=PURPOSE)
    request.session[DRAFT] = base64.b64encode(sealed).decode()


def draft_of(request: HttpRequest) -> dict[str, Any]:
    """What was typed before."""
    try:
        sealed = base64.b64decode(request.session.get(DRAFT, ""))
        return dict(json.loads(decrypt(sealed, purpose=PURPOSE)))
    except (InvalidToken, ValueError):
        return {}


def forget_draft(request: HttpRequest) -> None:
    """What was typed is booked."""
    request.session.pop(DRAFT, None)
