"""A key is gone: who signs in is told what to do, colleagues learn that there is a note, nothing is an error of ours."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts import factors
from accounts.actions.exports import PURPOSE
from accounts.models import AuditEntry, DataExport, User
from accounts.personal_data import parts
from common import crypto
from counselling import notes
from counselling.models import Appointment
from tests.accounts.conftest import Told
from tests.counselling.desk import address, manager
from tests.factories.accounts import AdministratorFactory, UserFactory, sign_in
from tests.factories.counselling import AppointmentFactory
from tests.factories.notifications import ContactFactory

pytestmark = pytest.mark.django_db
PASSWORD, SEED = "o parolă destul de lungă", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SAID = "ne lipsește o cheie"


@pytest.fixture
def ana(told: Told) -> User:
    """With a password."""
    user = UserFactory.create(handle="ana", email="ana@example.com")
    user.set_password(PASSWORD)
    user.save()
    sign_in(Client(), user)  # which confirms the address
    return user


def lose_the_key(settings: Any) -> None:
    """What was sealed before cannot be opened from now on."""
    settings.DATA_KEYS = ["another-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789"]


def app_code() -> str:
    """What the authenticator app shows."""
    return format_hotp_value(hotp_value(SEED, int(time.time()) // 30))


def sign_in_with(code: str) -> tuple[Client, str]:
    """The browser after password and code, and the page that answered."""
    browser = Client()
    browser.post(reverse("account_login"), {"login": "ana@example.com", "password": PASSWORD})
    answer = browser.post(reverse("mfa_authenticate"), {"code": code})
    assert answer.status_code in (200, 302, 422)
    return browser, answer.text


def just_in(user: User) -> Client:
    """A browser in which someone has just signed in and is asked for nothing again; errors of ours are answers."""
    browser = Client(raise_request_exception=False)
    sign_in(browser, user)
    session = browser.session
    session["account_authentication_methods_user"] = user_id_to_str(user)
    session["account_authentication_methods"] = [
        {"method": "mfa", "at": time.time(), "reauthenticated": True}
    ]
    session.save()
    return browser


def is_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def test_a_code_that_cannot_be_checked_is_answered_with_the_ways_on(
    ana: User, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    TOTP.activate(ana, SEED)
    RecoveryCodes.activate(ana)
    lose_the_key(settings)
    browser, page = sign_in_with(app_code())
    assert not is_in(browser)
    assert SAID in page
    assert "no key of DATA_KEYS fits" in caplog.text


def test_recovery_codes_that_can_be_opened_still_help(ana: User, settings: Any) -> None:
    TOTP.activate(ana, SEED)
    lose_the_key(settings)
    code = RecoveryCodes.activate(ana).generate_codes()[0]
    assert is_in(sign_in_with(code)[0])
    browser, page = sign_in_with(code)  # once each
    assert not is_in(browser)
    assert SAID in page


def test_an_app_that_can_be_opened_works_beside_lost_recovery_codes(ana: User, settings: Any) -> None:
    RecoveryCodes.activate(ana)  # tried first: it was made first
    lose_the_key(settings)
    TOTP.activate(ana, SEED)
    browser, page = sign_in_with("000000")
    assert not is_in(browser)
    assert SAID not in page
    assert "Codul nu este corect" in page
    assert is_in(sign_in_with(app_code())[0])


def test_no_page_about_second_factors_is_an_error_of_ours(ana: User, settings: Any) -> None:
    people = (ana, AdministratorFactory.create())
    for user in people:
        TOTP.activate(user, SEED)
        RecoveryCodes.activate(user)
    lose_the_key(settings)
    names = [str(name) for name in get_resolver().reverse_dict if str(name).startswith(("mfa_", "account_"))]
    plain = [reverse(name) for name in names if get_resolver().reverse_dict[name][0][0][1] == []]
    assert len(plain) > 12
    for user in people:
        for path in [*plain, reverse("accounts:my_account")]:
            browser = just_in(user)
            assert browser.get(path).status_code < 500, path
            assert browser.post(path, {"code": app_code()}).status_code < 500, path


def test_recovery_codes_that_cannot_be_opened_are_not_shown_but_explained(ana: User, settings: Any) -> None:
    codes = RecoveryCodes.activate(ana)
    browser = just_in(ana)
    lose_the_key(settings)
    answer = browser.get(reverse("mfa_view_recovery_codes"))
    assert answer.status_code == 409
    assert "Ne lipsește nouă o cheie" in answer.text
    assert factors.recovery_codes_left(codes.instance) == 0
    assert browser.get(reverse("accounts:my_account")).context["recovery_left"] == 0


def test_a_lost_copy_leads_back_to_asking_for_a_new_one(ana: User, settings: Any) -> None:
    now = timezone.now()
    copy = DataExport.objects.create(
        user=ana,
        status="ready",
        made_at=now,
        expires_at=now + dt.timedelta(hours=1),
        archive=crypto.encrypt(b"zip", purpose=PURPOSE),
    )
    browser = Client()
    sign_in(browser, ana)
    lose_the_key(settings)
    answer = browser.get(reverse("accounts:export_download", args=[copy.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("accounts:export")
    assert "nu mai poate fi deschisă" in answer.text


def test_a_note_that_cannot_be_opened_is_never_no_note(ana: User, settings: Any) -> None:
    row = AppointmentFactory.create(
        note_sealed=notes.seal("Vin cu un copil."), contact=ContactFactory.create(email=ana.email), member=ana
    )
    lose_the_key(settings)
    said = "Există o notă, dar nu poate fi deschisă"
    assert said in manager().get(address("appointment", row.pk)).text
    own = next(part for part in parts() if part.model is Appointment)
    assert own.rows is not None
    assert [said in each["note"] for each in own.rows(ana)] == [True]
    assert notes.unseal(None) == ""


def test_the_last_administrator_is_let_in_by_a_command(ana: User) -> None:
    TOTP.activate(ana, SEED)
    call_command("reset_second_factor", "Ana@example.com", "--reason", "the key of the data was lost")
    assert not Authenticator.objects.filter(user=ana).exists()
    entry = AuditEntry.objects.get(deed=AuditEntry.Deed.SECOND_FACTOR_RESET)
    assert (entry.subject_id, entry.reason) == (ana.pk, "the key of the data was lost")
    with pytest.raises(CommandError, match="Nobody"):
        call_command("reset_second_factor", "nobody@example.com", "--reason", "x")
