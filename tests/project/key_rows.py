"""Rows and links as the release wrote them that sealed, signed and hashed with SECRET_KEY; and reading them through the pages.

The texts were written by that release's own code. A process of its own reads them after a restore: `python -m
tests.project.key_rows` prints as JSON what it could read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sys
import time
import uuid
from typing import Any

if __name__ == "__main__":
    import django

    django.setup()

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.test.utils import setup_test_environment
from django.urls import reverse
from django.utils import timezone

from accounts.factors import recovery_codes_left
from accounts.models import DataExport, Role, User
from common.crypto import InvalidToken
from counselling.models import Appointment
from notifications.models import Notification, Preference
from notifications.secrets import unseal
from tests.factories.accounts import RoleFactory, UserFactory, sign_in
from tests.factories.counselling import AppointmentFactory, CounsellorFactory, shopfront
from tests.factories.notifications import ContactFactory, NotificationFactory

THEN = 'of-today $with,odd"signs #and%more-0123456789-abcdefghijk'  # its SECRET_KEY
PK = uuid.UUID("6f1d5f0e-7a1f-4f6e-9d55-0d9c8f1c5a11")
NOTE, SEED = "Vin cu un copil, вдвоём.", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
EMAIL, PASSWORD, REFERENCE = "nina@example.com", "o parolă destul de lungă", "22223333"
ROWS = {
    "note": "gAAAAABrDgY8tHNPE_8tRUZSVkSaDT250svQbcrO_jA330h8o3pOpxm_4dbVVIsK6tnomGyOiKBDOabCKWFsEfVIZwDQYXD6xBEKsaf4XtM3U5CEtIfyKlE=",
    "seed": "gAAAAABrDgY87x88E4mFyt17IEgZP6yXdFHD73Mne-W_rQoUEDzLT53AddB5xoYm71Vy6byKf72DH6crgPMMgz1KfFNNRLy1e_x6MC4hBQP0GwsHfseKU2ZkTEkr5ZWz-4Eb7m9SdOWG",
    "recovery": "gAAAAABrDgY8LR3ap7qEXkslt2gQrWtr2Asv6zyWEN_qBzD7VZYNySFsz2NhODy2l-URtDOEUGP2zottyNa9RIcBkuy9BWHx1YGk9s1vfpEq5VbbkiBHhIG2qDn5kE5UDNSTGnubl6WfmK5-WU_iqVyDy5AKJtWv2pTNNHILxFLQtkmwQ4h8A092NWHq5fLucI6Zp_rf9Df9",
    "message": "gAAAAABrDgY8Zky45gA7Jw3J4l7qO7PmNIqDpKBUivxp-8PCo6lz0BWp8ixWaU4yjSVULd95BuAu7uSht4p1lZppSL8E_FXzNIOKgveJBTSyFTq3k6dyqYBfbrakFajlJ09myu-lJcgt",
    "export": "gAAAAABrDgY8n7AEarhOACyeEJ7BzbPkvwL5NUzKYx3lwxYnju8TGw52EANR-fNrtRRlO3Yq5CqO6hvHQddwsF86qzhyvSRzRA==",
    "person": "1b563f081aef5aff7f112073d33dc4849c5b8de543f4771ccc173e04948da8d4",  # of EMAIL
}
LINKS = {
    "view": "/ro/appointments/view/bx1fDnofT26dVQ2cjxxaEQ0.9-WZNxfBQonROiQvoDhtew/",
    "unsubscribe": "/hooks/unsubscribe/WyJ1IiwiNmYxZDVmMGU3YTFmNGY2ZTlkNTUwZDljOGYxYzVhMTEiLCJjb21tdW5pdHkiLCJlbWFpbCJd:1xYAlo:8HyTL6a6jM6D-lL2hsntdMWHkIcPLskxsf-xIBf5bRw/",
}
# By its fallback, a SECRET_KEY of the year before
BEFORE_THEN = "of-last-year-0123456789-abcdefghijklmnopqrstuvwxyz-0123"
NOTE_BEFORE = "gAAAAABrDgY_eNJIJ5pUmTmrvc7CK03FLLrUB0jg9aZmWmDDMloJv2O0-GqSjPNDzXuuTKo-xemscGICX8A4O31K8mWrXJ_WLTYTsFJM_pbP5bs8SmwtsEc="
VIEW_BEFORE = "/ro/appointments/view/bx1fDnofT26dVQ2cjxxaEQ0.kqi7Vb5ljuhcTYPiaLYdQQ/"
FEED = "of-ana-0123456789-abcdefghijklmnop"
WHOLE = {
    "note": True,
    "signs_in": True,
    "recovery_codes": 10,
    "finds": True,
    "view": True,
    "unsubscribe": True,
    "feed": True,
    "code_in_a_message": "123456",
    "export": "PK zip",
}


def write_rows() -> None:
    """A client with a booking and an account with a second factor; a message with a code, a copy of all data, a feed."""
    shopfront()
    user = UserFactory.create(pk=PK, email=EMAIL, handle="nina")
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": ROWS["seed"]})
    codes = {"seed": ROWS["recovery"], "used_mask": 0}
    Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data=codes)
    NotificationFactory.create(user=user, kind="accounts.sign_in_code", context={"sealed": ROWS["message"]})
    now = timezone.now()
    DataExport.objects.create(
        user=user,
        status="ready",
        made_at=now,
        expires_at=now + dt.timedelta(hours=48),
        archive=ROWS["export"].encode(),
    )
    counsellor = CounsellorFactory.create(user=RoleFactory.create(role=Role.COUNSELLOR))
    counsellor.feed_token_hash = hashlib.sha256(FEED.encode()).hexdigest()
    counsellor.save()
    AppointmentFactory.create(
        booking_id=PK,
        counsellor=counsellor,
        contact=ContactFactory.create(email=EMAIL),
        reference=REFERENCE,
        note_sealed=ROWS["note"].encode(),
        person_key=ROWS["person"],
    )


def read_rows() -> dict[str, Any]:
    """What the pages show of it; `WHOLE` when nothing is lost."""
    user = User.objects.get(pk=PK)
    recovery = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
    form = {"reference": REFERENCE, "contact": EMAIL}
    Preference.objects.filter(user=user).delete()
    Client().post(LINKS["unsubscribe"], {"List-Unsubscribe": "One-Click"})
    return {
        "note": NOTE in _page_of_the_booking(),
        "signs_in": _signs_in(),
        "recovery_codes": recovery_codes_left(recovery),
        "finds": Client().post("/ro/appointments/find/", form).status_code == 303,
        "view": Client().get(LINKS["view"]).status_code == 200,
        "unsubscribe": Preference.objects.filter(user=user, category="community", frequency="off").exists(),
        "feed": Client().get(f"/calendars/{FEED}.ics").status_code == 200,
        "code_in_a_message": _code_in_a_message(),
        "export": _export(user),
    }


def _page_of_the_booking() -> str:
    """At the desk."""
    browser, booking = Client(), Appointment.objects.get(booking_id=PK)
    manager = User.objects.filter(grants__role=Role.MANAGER).first() or RoleFactory.create(role=Role.MANAGER)
    sign_in(browser, manager)
    return browser.get(f"/ro/desk/appointments/{booking.pk}/").content.decode()


def _signs_in() -> bool:
    """By password and the code that the authenticator app shows; one that was used within its half minute counts anew."""
    cache.clear()
    browser = Client()
    browser.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})
    code = format_hotp_value(hotp_value(SEED, int(time.time()) // 30))
    answer = browser.post(reverse("mfa_authenticate"), {"code": code})
    assert answer.status_code in (200, 302, 422)
    return "_auth_user_id" in browser.session


def _code_in_a_message() -> str:
    try:
        return str(unseal(Notification.objects.get(user_id=PK).context)["code"])
    except InvalidToken:
        return ""


def _export(user: User) -> str:
    browser = Client()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    copy = DataExport.objects.get(user=user)
    return browser.get(f"/ro/account/export/{copy.pk}/").content.decode()


if __name__ == "__main__":
    setup_test_environment()
    sys.stdout.write(json.dumps(read_rows()) + "\n")
