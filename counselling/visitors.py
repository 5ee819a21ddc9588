"""What is remembered of a browser while someone books. Nothing is set before a POST.

The session keeps a random name, and keyed hashes of addresses that were proved. What was chosen and typed lies under that name in the cache, sealed, and goes by
itself: with the hold, after half an hour at the latest, for the next person at this browser must find nothing.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import secrets
from dataclasses import replace
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from accounts import codes
from accounts.models import User
from common.client_address import client_address
from common.crypto import InvalidToken, decrypt, encrypt
from counselling.actions import Client, Visitor
from counselling.identity import network_key, origin_key
from counselling.models import Appointment, Status

VISITOR = "counselling_visitor"
CHOICE = "choice"  # what was chosen before a time, by which it is found again when its hold was lost
DRAFT, DONE = "draft", "done"  # what was typed; the appointment that was booked last
REFUSED = "refused"  # why what was typed could not be taken, until a page has said it
REMEMBERED = dt.timedelta(minutes=30)
UNHELD = dt.timedelta(
    minutes=10
)  # what was typed for a time that somebody else took, until another is chosen
DONE_FOR = dt.timedelta(minutes=5)  # "back" leads to what was just booked, and later tells nobody of it
PROVED, MOST_PROVED = "counselling_proved", 5  # in the session: keyed hashes alone
PROVED_FOR = dt.timedelta(hours=12)
ASKED = "asked"  # where a code was sent
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


def visitor_from(request: HttpRequest, key: str = "") -> Visitor:
    """Who asks, as actions and limits know them; `key` is the browser's name."""
    return Visitor(
        key=key or known_visitor(request),
        origin=origin_of(request),
        network=network_key(client_address(request)),
        member=member_of(request),
        has_proved_address=bool(proved_keys(request)),
    )


def note_proved(request: HttpRequest, key: str) -> None:
    """A code came back from an address (its `person_key`): in this browser it is proved for half a day."""
    kept = {**_proved(request), key: timezone.now().timestamp()}
    request.session[PROVED] = dict(sorted(kept.items(), key=lambda pair: pair[1])[-MOST_PROVED:])


def proved_keys(request: HttpRequest) -> set[str]:
    """Whose codes came back in this browser."""
    return set(_proved(request))


def known(request: HttpRequest, client: Client) -> Client:
    """Who comes, proved when a code came back from this very address in this browser."""
    return replace(client, has_proved_address=bool(client.key) and client.key in proved_keys(request))


def _proved(request: HttpRequest) -> dict[str, float]:
    kept: dict[str, float] = request.session.get(PROVED, {})
    oldest = (timezone.now() - PROVED_FOR).timestamp()
    return {key: at for key, at in kept.items() if at > oldest}


def keep_asked(request: HttpRequest, email: str, phone: str) -> None:
    """Remember where a code was sent, as long as the code is good; the session holds no address."""
    until = timezone.now() + dt.timedelta(seconds=codes.LIFETIME)
    _remember(known_visitor(request), ASKED, {"email": email, "phone": phone}, until)


def asked_of(request: HttpRequest) -> tuple[str, str]:
    """E-mail and number to which a code was sent, one of them empty; both when that is over."""
    kept = _remembered(known_visitor(request), ASKED)
    return kept.get("email", ""), kept.get("phone", "")


def member_of(request: HttpRequest) -> User | None:
    """Who is signed in."""
    return request.user if isinstance(request.user, User) else None


def held_by(visitor: str) -> Appointment | None:
    """What a browser holds now, even when its time is over and nobody has taken it yet."""
    if not visitor:
        return None
    rows = Appointment.objects.select_related("reason", "shopfront", "counsellor")
    return rows.filter(visitor_key=visitor, status=Status.HELD).first()


def hold_of_form(request: HttpRequest) -> Appointment | None:
    """The hold that a form names, if this browser still has it; never another one, chosen since in another tab."""
    held = held_by(known_visitor(request))
    return held if held is not None and str(held.pk) == request.POST.get("hold") else None


def _name(visitor: str, what: str) -> str:
    return f"booking:{visitor}:{what}"


def _remember(visitor: str, what: str, value: dict[str, Any], until: dt.datetime) -> None:
    """Keep something, sealed, until a moment (UTC)."""
    left = (until - timezone.now()).total_seconds()
    if not visitor or left <= 0:
        return
    sealed = encrypt(json.dumps(value | {"until": until.timestamp()}).encode(), purpose=PURPOSE)
    cache.set(_name(visitor, what), sealed, timeout=int(left) + 1)


def _remembered(visitor: str, what: str) -> dict[str, Any]:
    """What was kept; empty when it is over or was never there."""
    sealed = cache.get(_name(visitor, what)) if visitor else None
    if not sealed:
        return {}
    try:
        value = dict(json.loads(decrypt(sealed, purpose=PURPOSE)))
    except (InvalidToken, ValueError):
        return {}
    return value if value.pop("until") > timezone.now().timestamp() else {}


def keep_choice(request: HttpRequest, choice: dict[str, str], *, hold: Appointment | None) -> None:
    """Remember how a time was found: `place`, `reason`, `query` of the address of the times, and `slot`.

    Without a hold it is one that waits for a code.
    """
    visitor, until = known_visitor(request), timezone.now() + REMEMBERED
    for what in (CHOICE, f"{CHOICE}:{hold.pk}") if hold else (CHOICE,):
        _remember(visitor, what, choice, until)


def choice_of(request: HttpRequest, hold: str = "") -> dict[str, str]:
    """How the time of a form was found, by the hold that the form names; without one, how the last was."""
    return _remembered(known_visitor(request), f"{CHOICE}:{hold}" if hold else CHOICE)


def keep_draft(
    request: HttpRequest, typed: dict[str, Any], *, reason: str, hold: Appointment | None = None
) -> None:
    """Keep what was typed for a reason (its number) as long as its hold lasts."""
    visitor, now = known_visitor(request), timezone.now()
    before = _remembered(visitor, DRAFT)
    first = dt.datetime.fromtimestamp(before.get("first", now.timestamp()), dt.UTC)
    until = hold.held_until if hold is not None and hold.held_until else now + UNHELD
    value = {"typed": typed, "reason": reason, "first": first.timestamp()}
    _remember(visitor, DRAFT, value, min(until, first + REMEMBERED))


def draft_of(request: HttpRequest, *, reason: str) -> dict[str, Any]:
    """What was typed before for a reason (its number)."""
    kept = _remembered(known_visitor(request), DRAFT)
    return dict(kept["typed"]) if kept and kept["reason"] == reason else {}


def keep_refusal(request: HttpRequest, of: str, problem: str, *, hold: Appointment | None = None) -> None:
    """Remember that a form (`of`: its hold or its reason) was refused: in a sentence, or empty where its fields say why."""
    until = hold.held_until if hold is not None and hold.held_until else timezone.now() + UNHELD
    _remember(known_visitor(request), REFUSED, {"of": of, "problem": problem}, until)


def refusal_of(request: HttpRequest, of: str) -> str | None:
    """Why a form was refused; None when it was not."""
    kept = _remembered(known_visitor(request), REFUSED)
    return str(kept["problem"]) if kept.get("of") == of else None


def forget_refusal(request: HttpRequest) -> None:
    """What was refused has been mended."""
    cache.delete(_name(known_visitor(request), REFUSED))


def take_draft_along(request: HttpRequest, hold: Appointment) -> None:
    """Another time was chosen: what was typed goes with it, unless it was for another reason."""
    reason = str(hold.reason.number)
    typed = draft_of(request, reason=reason)
    forget_refusal(request)
    if typed:
        keep_draft(request, typed, reason=reason, hold=hold)
    else:
        forget_draft(request)


def forget_draft(request: HttpRequest) -> None:
    """What was typed is booked, or given up."""
    visitor = known_visitor(request)
    cache.delete_many([_name(visitor, what) for what in (DRAFT, REFUSED)])


def note_done(request: HttpRequest, booked: Appointment) -> None:
    """An appointment is made: what led to it is forgotten, and for some minutes "back" leads to it."""
    visitor = known_visitor(request)
    cache.delete_many([_name(visitor, what) for what in (DRAFT, REFUSED, CHOICE, f"{CHOICE}:{booked.pk}")])
    _remember(visitor, DONE, {"pk": str(booked.pk)}, timezone.now() + DONE_FOR)


def done_of(request: HttpRequest) -> str:
    """The key of what was booked in this browser some minutes ago; empty when there is none."""
    return str(_remembered(known_visitor(request), DONE).get("pk", ""))
