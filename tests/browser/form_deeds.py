"""What must be there before each form of the product can be pressed once: people, an office, links, tickets."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import uuid
from typing import Any

from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from fido2.cose import ES256
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)

from accounts.actions import grant_role, invite
from accounts.models import Role, ScopeKind, User
from common import content_version
from counselling import actions, tokens, visitors
from counselling.actors import Actor
from counselling.models import Appointment, Counsellor, Device, Offer, Reason, Shift, WaitingEntry
from counselling.tokens import Purpose
from notifications.actions import notify
from notifications.unsubscribing import token_of
from shopfronts.models import Closure, OpeningHours, ShopFront
from tests.browser.room_deeds import serve
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.counselling import AppointmentFactory
from tests.factories.notifications import ContactFactory, PushSubscriptionFactory
from tests.factories.shopfronts import ShopFrontFactory

PLACE = "forms"
DAY = dt.timedelta(days=1)
MIDNIGHT, LAST_SECOND = dt.time(0), dt.time(23, 59, 59)
PASSWORD = "a sentence that only tests know"  # of people who live as long as a test


def person(*traits: str) -> dict[str, str]:
    """Somebody new, signed in: facts that rows of the table name, and `session`, the value of the cookie."""
    name = uuid.uuid4().hex[:10]
    user = UserFactory.create(handle=f"p_{name}", email=f"{name}@example.com")
    facts = {"email": user.email, "unsubscribe": token_of(user, "community", "email")}
    for trait in traits:
        facts |= TRAITS[trait](user) or {}
    browser = Client()
    sign_in(browser, user)
    session = browser.session
    if "recent" in traits:
        at = timezone.now().timestamp()
        method = {"method": "code", "at": at, "email": user.email, "reauthenticated": True}
        session["account_authentication_methods_user"] = user_id_to_str(user)
        session["account_authentication_methods"] = [method]
        session.save()
    return facts | {"session": str(session.session_key)}


def _password(user: User) -> None:
    user.set_password(PASSWORD)
    user.save()


def _phone(user: User) -> None:
    user.phone, user.phone_verified_at = "+37360123456", timezone.now()
    user.save()


def _app(user: User) -> None:
    TOTP.activate(user, generate_totp_secret())


def _passkey(user: User) -> dict[str, str]:
    """A key as a browser makes it; nobody has its secret half."""
    number = secrets.token_bytes(16)
    half = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    made = AttestedCredentialData.create(bytes(16), number, half)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    response = AuthenticatorAttestationResponse(
        client_data=CollectedClientData.create("webauthn.create", bytes(32), "http://127.0.0.1"),
        attestation_object=AttestationObject.create(
            "none", AuthenticatorData.create(bytes(32), flags, 0, made), {}
        ),
    )
    key = {"name": "A key", "credential": dict(RegistrationResponse(raw_id=number, response=response))}
    row = Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data=json.loads(json.dumps(key))
    )
    return {"passkey": str(row.pk)}


def _outside(user: User) -> None:
    SocialAccount.objects.create(user=user, provider="google", uid=user.handle)


def _device(user: User) -> None:
    PushSubscriptionFactory.create(user=user, endpoint=f"https://push.example/{user.handle}")


def _news(user: User) -> dict[str, str]:
    what = {"what": "password_changed", "at": timezone.now().isoformat(), "device": "Firefox"}
    for url in ("", "/account/"):
        row = notify(
            kind="accounts.security_notice",
            recipient=user,
            context=what,
            url=url,
            dedupe_key=uuid.uuid4().hex,
        )
    return {"notification": str(row.pk)}


def _invited(user: User) -> dict[str, str]:
    by = User.objects.filter(grants__role=Role.MANAGER)[0]
    _row, token = invite(
        email=user.email,
        role=Role.COUNSELLOR,
        scopes={"shopfront": ["cahul"]},
        language="ro",
        reason="-",
        by=by,
    )
    return {"invitation": token}


def _twice(user: User) -> None:
    """At another device too."""
    other = Client()
    sign_in(other, user)
    UserSession.objects.create(
        user=user, ip="127.0.0.1", user_agent="-", session_key=other.session.session_key, data={}
    )


TRAITS: dict[str, Any] = {
    "recent": lambda user: {},
    "password": _password,
    "phone": _phone,
    "app": _app,
    "passkey": _passkey,
    "outside": _outside,
    "device": _device,
    "news": _news,
    "invited": _invited,
    "twice": _twice,
}


def comes_from_outside() -> dict[str, str]:
    """A browser that another site has sent back with an account without an address."""
    session = SessionStore()
    account = SocialAccount(provider="google", uid=secrets.token_hex(8))
    provider = get_adapter().get_provider(None, "google")
    login = SocialLogin(user=User(email=""), account=account, provider=provider)
    session["socialaccount_sociallogin"] = login.serialize()
    session.save()
    return {"session": str(session.session_key)}


def wants_a_full_day() -> dict[str, str]:
    """A browser that chose a time on a day of which strangers hold enough."""
    request = HttpRequest()
    request.session = SessionStore()
    visitors.visitor_of(request)
    reason = str(_reason().number)
    slot = f"{timezone.now() + DAY:%Y%m%d}T0700Z.cahul"
    choice = {"place": "cahul", "reason": reason, "query": "language=ro&mode=in_person", "slot": slot}
    visitors.keep_choice(request, choice, hold=None)
    request.session.save()
    return {"session": str(request.session.session_key)}


def _reason() -> Reason:
    return Reason.objects.get(key="general-advice")


def office() -> dict[str, str]:
    """A shop-front of the tests' own, open day and night, with its manager, who takes people there in Romanian."""
    place = ShopFrontFactory.create(slug=PLACE)
    OpeningHours.objects.filter(shopfront=place).delete()
    user = UserFactory.create(handle="forms_ana", email="forms_ana@example.com")
    grant_role(user=user, role=Role.MANAGER, scopes={ScopeKind.SHOPFRONT.value: [PLACE]}, by=None, reason="-")
    counsellor = Counsellor.objects.create(user=user, name="Ana", languages=["ro"])
    for weekday in range(1, 8):
        OpeningHours.objects.create(shopfront=place, weekday=weekday, opens=MIDNIGHT, closes=LAST_SECOND)
        Shift.objects.create(
            counsellor=counsellor,
            shopfront=place,
            weekday=weekday,
            starts=MIDNIGHT,
            ends=LAST_SECOND,
            valid_from=timezone.localdate() - 7 * DAY,
        )
    for days in range(-1, 14):
        Closure.objects.create(
            shopfront=place,
            on=timezone.localdate(timezone=place.zone) + days * DAY,
            is_open=True,
        )
    content_version.bump()
    browser = Client()
    sign_in(browser, user)
    device, kiosk = actions.add_device(shopfront=place, kind=Device.Kind.KIOSK, label="-", by=user)
    return {
        "session": browser.session.session_key or "",
        "kiosk": kiosk,
        "device": str(device.pk),
        "counsellor": str(counsellor.pk),
        **_booked(place, counsellor),
        **_in_the_room(place),
        **_waiting(place, counsellor),
    }


def _booked(place: ShopFront, counsellor: Counsellor) -> dict[str, str]:
    """Talks of the next days, each for one row of the table."""
    noon = timezone.now().replace(hour=9, minute=0, second=0, microsecond=0) + 2 * DAY

    def talk(days: int, **fields: Any) -> Appointment:
        usual = {
            "shopfront": place,
            "counsellor": counsellor,
            "reason": _reason(),
            "starts_at": noon + days * DAY,
            "contact": ContactFactory.create(),
        }
        found: Appointment = AppointmentFactory.create(**(usual | fields))
        return found

    for hour in range(2):  # one to be ticked, one to be freed, in whatever order
        talk(-1, starts_at=noon - DAY + hour * DAY / 24, name="Freed")
    today = timezone.now().replace(second=0, microsecond=0)
    talk(0, starts_at=today, status="no_show", counsellor=counsellor)
    away = Counsellor.objects.create(
        user=UserFactory.create(handle="forms_ion"), name="Ion", languages=["ro"], is_active=False
    )
    lost = talk(5, counsellor=away)
    keep, cancel, change, come = talk(0), talk(1), talk(2), talk(3)
    return {
        "whose": tokens.make(Purpose.OWN, keep.booking_id, keep.sequence),
        "cancel": tokens.make(Purpose.CANCEL, cancel.booking_id, cancel.sequence),
        "change": tokens.make(Purpose.CHANGE, change.booking_id, change.sequence),
        "coming": tokens.make(Purpose.CONFIRM, come.booking_id, come.sequence),
        "appointment": str(talk(4).pk),
        "moved": str(talk(6).pk),
        "day": f"{lost.starts_at.astimezone(place.zone):%Y-%-m-%-d}",
    }


def _in_the_room(place: ShopFront) -> dict[str, str]:
    """Who waits today, who was left over from yesterday, and who is expected this minute."""
    _called, card, queue = (
        actions.take_ticket(shopfront=place, reason=_reason(), language="ro", by=Actor.client())
        for _one in range(3)
    )
    AppointmentFactory.create(
        shopfront=place,
        reason=_reason(),
        walk_in=True,
        starts_at=timezone.now() - DAY,
        ticket_number=1,
    )
    now = timezone.now().replace(second=0, microsecond=0)
    starts = now - dt.timedelta(minutes=now.minute % 5)
    AppointmentFactory.create(shopfront=place, reason=_reason(), starts_at=starts, name="Now")
    return {"card": str(card.pk), "queue": tokens.make(Purpose.QUEUE, queue.pk)}


def _waiting(place: ShopFront, counsellor: Counsellor) -> dict[str, str]:
    """Three on the waiting list; one of them has an offer."""

    def entry() -> WaitingEntry:
        return WaitingEntry.objects.create(
            reason=_reason(),
            shopfront=place,
            language="ro",
            contact=ContactFactory.create(),
            until_on=timezone.localdate() + 30 * DAY,
            person_key=secrets.token_hex(32),
            name="Nina",
        )

    offered, other, listed = entry(), entry(), entry()
    starts = timezone.now().replace(hour=9, minute=0, second=0, microsecond=0) + 20 * DAY
    until = timezone.now() + DAY / 12
    hold = AppointmentFactory.create(
        held=True,
        held_until=until,
        shopfront=place,
        counsellor=counsellor,
        reason=_reason(),
        starts_at=starts,
        contact=None,
        name="",
    )
    offer = Offer.objects.create(entry=offered, hold=hold, starts_at=starts, expires_at=until)
    return {
        "offer": tokens.make(Purpose.TAKE, offer.pk),
        "waiting": tokens.make(Purpose.LEAVE, other.pk),
        "listed": str(listed.pk),
    }


def main() -> None:
    """Do what comes in, until nothing more comes."""
    serve(person, office, comes_from_outside, wants_a_full_day)
