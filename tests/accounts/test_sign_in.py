"""Ways in: code, password, second factor, reset; what they cost who guesses, and what a stranger learns (nothing)."""

from __future__ import annotations

import datetime as dt
import re
import time
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts import forms, hashers
from accounts.forms import SignUpForm
from accounts.models import User
from tests.accounts.conftest import Told
from tests.factories.accounts import UserFactory, sign_in

pytestmark = pytest.mark.django_db
PASSWORD = "o parolă lungă și bună"


@pytest.fixture
def ana(told: Told) -> User:
    """A member who has a password too."""
    user = UserFactory.create(email="ana@example.com", handle="ana")
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def is_in(client: Client) -> bool:
    """Whether somebody is signed in in this browser."""
    return "_auth_user_id" in client.session


def ask_code(client: Client, email: str) -> Any:
    """Ask for a code to sign in by."""
    return client.post(reverse("account_request_login_code"), {"email": email})


def test_a_code_by_mail_signs_in_and_serves_once(ana: User, client: Client, told: Told) -> None:
    assert ask_code(client, "ANA@example.com").url == reverse("account_confirm_login_code")
    assert told.kinds == ["accounts.sign_in_code"]
    assert (told.last["user"], told.last["email"]) == (None, ana.email)
    assert re.fullmatch(r"\d{8}", told.code)
    code = told.code
    client.post(reverse("account_confirm_login_code"), {"code": "000000" if code != "000000" else "111111"})
    assert not is_in(client)
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert is_in(client)
    again = Client()
    ask_code(again, ana.email)
    if told.code != code:
        again.post(reverse("account_confirm_login_code"), {"code": code})  # replayed
        assert not is_in(again)


def test_a_code_with_a_space_that_does_not_break_signs_in(ana: User, client: Client, told: Told) -> None:
    ask_code(client, ana.email)
    client.post(reverse("account_confirm_login_code"), {"code": f"{told.code[:3]}\u00a0{told.code[3:]}"})
    assert is_in(client)


@pytest.mark.parametrize(
    ("page", "field"),
    [
        ("account_signup", "email"),
        ("account_login", "login"),
        ("account_request_login_code", "email"),
        ("account_reset_password", "email"),
    ],
)
def test_an_address_from_another_keyboard_is_refused_at_its_field(
    page: str, field: str, client: Client, told: Told
) -> None:
    answer = client.post(reverse(page), {field: "ıon@example.com"})
    assert "înainte de @" in " ".join(answer.context["form"].errors[field]).lower()
    assert told.kinds == []


def test_a_code_ends_after_ten_minutes(ana: User, client: Client, told: Told) -> None:
    ask_code(client, ana.email)
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=601)):
        client.post(reverse("account_confirm_login_code"), {"code": told.code})
    assert not is_in(client)


def test_three_wrong_codes_end_the_try(ana: User, client: Client, told: Told) -> None:
    ask_code(client, ana.email)
    wrong = f"{(int(told.code) + 1) % 10**8:08d}"
    for _number in range(3):
        client.post(reverse("account_confirm_login_code"), {"code": wrong})
    client.post(reverse("account_confirm_login_code"), {"code": told.code})
    assert not is_in(client)


@pytest.mark.parametrize("code", ["", "abc", "12345", "1" * 5000, "😀😀😀😀😀😀", "' OR 1=1"])
def test_what_is_no_code_is_answered_kindly(code: str, ana: User, client: Client) -> None:
    ask_code(client, ana.email)
    answer = client.post(reverse("account_confirm_login_code"), {"code": code})
    assert answer.status_code in (200, 302)
    assert not is_in(client)


def test_a_new_account_needs_an_address_alone(client: Client, told: Told) -> None:
    answer = client.post("/ru/account/signup/", {"email": "Nou@Example.com"})
    assert answer.status_code == 302
    user = User.objects.get()
    assert (user.email, user.language, user.has_usable_password()) == ("nou@example.com", "ru", False)
    assert re.fullmatch(r"[а-я]+-\d{5}", user.handle)
    assert told.kinds == ["accounts.confirm_email_code"]
    client.post("/ru/account/confirm-email/", {"code": told.code})
    assert is_in(client)
    assert EmailAddress.objects.get(user=user).verified


def test_a_password_is_an_option(ana: User, client: Client) -> None:
    client.post(reverse("account_login"), {"login": ana.email, "password": "wrong"})
    assert not is_in(client)
    client.post(reverse("account_login"), {"login": ana.email, "password": PASSWORD})
    assert is_in(client)


def test_passwords_are_hashed_by_argon2(settings: Any) -> None:
    from nexus.settings import PASSWORD_HASHERS  # noqa: PLC0415  # the tests' own are quick

    settings.PASSWORD_HASHERS = PASSWORD_HASHERS
    user = UserFactory.build()
    user.set_password(PASSWORD)
    assert user.password.startswith("argon2$argon2id$")


def test_a_neighbour_locks_nobody_out(ana: User, client: Client) -> None:
    """50 wrong sign-ins in a minute from one address, behind which a whole village sits."""
    for number in range(50):
        client.post(reverse("account_login"), {"login": f"other{number % 8}@example.com", "password": "x"})
    client.post(reverse("account_login"), {"login": ana.email, "password": PASSWORD})
    assert is_in(client)


def test_passwords_from_one_address_are_slowed(client: Client) -> None:
    """F36: sixty a minute; what is above costs no hashing."""
    tries = [
        client.post(reverse("account_login"), {"login": f"other{number}@example.com", "password": "x"})
        for number in range(62)
    ]
    assert [answer.status_code for answer in tries[:60]] == [200] * 60
    assert tries[61].status_code == 429
    assert "Așteptați un minut" in tries[61].content.decode()  # in the reader's language, and in our frame


@pytest.fixture
def argon2(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed as in production, in turn; nobody waits long for it."""
    settings.PASSWORD_HASHERS = ["accounts.hashers.Argon2", *settings.PASSWORD_HASHERS]
    monkeypatch.setattr(hashers, "PATIENCE", 0.001)


@pytest.mark.usefixtures("argon2")
def test_few_passwords_are_hashed_at_a_time(client: Client) -> None:
    """F36: each costs a processor and 100 MB; who finds no turn is told to come back."""
    with hashers.turn(), hashers.turn():
        told = client.post(reverse("account_login"), {"login": "nobody@example.com", "password": "x"})
        assert (told.status_code, told["Retry-After"]) == (503, "5")
    answer = client.post(reverse("account_login"), {"login": "nobody@example.com", "password": "x"})
    assert answer.status_code == 200
    assert "Retry-After" not in answer.headers


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ro", "În acest moment multe persoane intră în cont."),
        ("ru", "Сейчас входит много людей."),
        ("en", "Many people are signing in at this moment."),
    ],
)
def test_who_finds_no_turn_is_told_so_and_keeps_the_address(
    language: str, said: str, ana: User, client: Client, argon2: None
) -> None:
    """And has guessed nothing: when it is quiet again the right password opens."""
    address = reverse("account_login").replace("/ro/", f"/{language}/")
    form = {"login": ana.email, "password": PASSWORD}
    ana.set_password(PASSWORD)
    ana.save()
    with hashers.turn(), hashers.turn():
        told = [client.post(address, form) for _number in range(12)][-1]
    page = told.content.decode()
    assert (told.status_code, told["Retry-After"]) == (503, "5")
    assert said in page
    assert f'value="{ana.email}"' in page
    assert PASSWORD not in page
    client.post(address, form)
    assert is_in(client)


@pytest.mark.parametrize("language", ["ro", "ru", "en"])
def test_a_new_password_that_finds_no_turn_is_told_what_is_true(
    language: str, ana: User, client: Client, argon2: None
) -> None:
    sign_in(client, ana)
    address = reverse("account_change_password").replace("/ro/", f"/{language}/")
    form = {"oldpassword": PASSWORD, "password1": "un-alt-nuc-verde-9", "password2": "un-alt-nuc-verde-9"}
    with hashers.turn(), hashers.turn():
        told = client.post(address, form)
    assert (told.status_code, told["Retry-After"]) == (503, "5")
    with translation.override(language):
        page, heading = told.content.decode(), gettext("Please try again in a few seconds")
    assert heading in page


def test_guessing_one_password_is_stopped_for_the_guesser_alone(ana: User) -> None:
    guesser, herself = Client(REMOTE_ADDR="198.51.100.7"), Client(REMOTE_ADDR="203.0.113.9")
    for _number in range(10):
        guesser.post(reverse("account_login"), {"login": ana.email, "password": "wrong"})
    guesser.post(reverse("account_login"), {"login": ana.email, "password": PASSWORD})
    assert not is_in(guesser)
    herself.post(reverse("account_login"), {"login": ana.email, "password": PASSWORD})
    assert is_in(herself)


def test_a_household_of_ipv6_is_one_guesser(ana: User) -> None:
    for number in range(10):
        guesser = Client(REMOTE_ADDR=f"2001:db8:0:7::{number + 1:x}")
        guesser.post(reverse("account_login"), {"login": ana.email, "password": "wrong"})
    beside, elsewhere = Client(REMOTE_ADDR="2001:db8:0:7::ffff"), Client(REMOTE_ADDR="2001:db8:0:8::1")
    for browser in (beside, elsewhere):
        browser.post(reverse("account_login"), {"login": ana.email, "password": PASSWORD})
    assert (is_in(beside), is_in(elsewhere)) == (False, True)


def test_who_signs_up_when_somebody_just_did_sees_the_usual_page(
    ana: User, client: Client, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two presses at one moment both find no account; the database refuses the second."""
    looks = iter([False, True])

    def look(form: SignUpForm, email: str) -> str:
        form.account_already_exists = next(looks)
        return email

    monkeypatch.setattr(SignUpForm, "validate_unique_email", look)
    answer = client.post(reverse("account_signup"), {"email": ana.email})
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        reverse("account_email_verification_sent"),
    )
    assert told.kinds == ["accounts.account_exists"]


def totp_code(user: User) -> str:
    """What the person's authenticator shows."""
    from allauth.mfa.utils import decrypt  # noqa: PLC0415

    factor = Authenticator.objects.get(user=user, type="totp")
    return format_hotp_value(hotp_value(decrypt(factor.data["secret"]), int(time.time()) // 30))


def test_a_second_factor_is_asked_for_on_every_way_in(ana: User, told: Told) -> None:
    seed = generate_totp_secret()
    TOTP.activate(ana, seed)
    RecoveryCodes.activate(ana)
    stored = str(list(Authenticator.objects.values()))
    assert seed not in stored

    by_code, by_password, by_reset = Client(), Client(), Client()
    ask_code(by_code, ana.email)
    assert by_code.post(reverse("account_confirm_login_code"), {"code": told.code}).url.startswith(
        reverse("mfa_authenticate")
    )
    by_password.post(reverse("account_login"), {"login": ana.email, "password": PASSWORD})
    by_reset.post(reverse("account_reset_password"), {"email": ana.email})
    by_reset.post(reverse("account_confirm_password_reset_code"), {"code": told.code})
    new = {"password1": "altă parolă lungă", "password2": "altă parolă lungă"}
    by_reset.post(reverse("account_complete_password_reset"), new)
    for browser in (by_code, by_password, by_reset):
        assert not is_in(browser)
    by_code.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not is_in(by_code)
    by_code.post(reverse("mfa_authenticate"), {"code": totp_code(ana)})
    assert is_in(by_code)
    recovery = Authenticator.objects.get(user=ana, type="recovery_codes").wrap().get_unused_codes()[0]
    by_password.post(reverse("mfa_authenticate"), {"code": recovery})
    assert is_in(by_password)
    replayed = Client()
    replayed.post(reverse("account_login"), {"login": ana.email, "password": "altă parolă lungă"})
    replayed.post(reverse("mfa_authenticate"), {"code": recovery})
    assert not is_in(replayed)


# What a stranger learns: route and form, for an address with an account and for one without
WAYS: list[tuple[str, dict[str, str]]] = [
    ("account_request_login_code", {}),
    ("account_signup", {}),
    ("account_reset_password", {}),
    ("account_login", {"password": "wrong"}),
    ("account_login", {}),  # without a password a code is sent
]


def attempt(route: str, form: dict[str, str], email: str, address: str) -> tuple[int, str, str, float]:
    """Status, place, page where it ends and seconds of one try by a new browser."""
    client = Client(REMOTE_ADDR=address)
    fields = form | {"login" if route == "account_login" else "email": email}
    began = time.perf_counter()
    answer = client.post(reverse(route), fields)
    seconds = time.perf_counter() - began
    page = client.get(answer.url) if answer.status_code == 302 else answer
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.content.decode())
    return answer.status_code, answer.headers.get("Location", ""), text.replace(email, "ADDRESS"), seconds


@pytest.mark.parametrize(("route", "form"), WAYS)
def test_no_page_tells_whether_an_address_has_an_account(
    route: str, form: dict[str, str], ana: User, told: Told
) -> None:
    known = attempt(route, form, "ana@example.com", "198.51.100.1")
    unknown = attempt(route, form, "ani@example.com", "198.51.100.1")
    assert known[:3] == unknown[:3]
    if "password" not in form:
        assert len(told.messages) == 2  # one for each: both wait for a mail


def test_accounts_are_not_made_without_end_from_one_address(
    ana: User, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each writes a mail to anybody, and all together have a ceiling that nobody may fill for everyone else."""
    monkeypatch.setattr(forms, "SIGN_UPS_A_DAY", 2)

    def status(email: str, **where: str) -> int:
        return Client(**where).post(reverse("account_signup"), {"email": email}).status_code

    assert [status(f"n{number}@example.com") for number in range(3)] == [302, 302, 200]
    assert status(ana.email) == 200  # the same for who has an account
    assert status("n4@example.com", REMOTE_ADDR="203.0.113.9") == 302
    assert len(told.messages) == 3


def test_signing_up_costs_the_same_whether_there_is_an_account(ana: User, told: Told) -> None:
    """An account that is made takes longer than one that is there: for the known address one is made and taken back."""
    costs = []
    for email in (ana.email, "ani@example.com"):
        client, before = Client(), User.objects.count()
        with CaptureQueriesContext(connection) as captured:
            client.post(reverse("account_signup"), {"email": email})
        made = [one["sql"] for one in captured if one["sql"].startswith("INSERT")]
        costs.append(
            [len([sql for sql in made if table in sql]) for table in ("accounts_user", "emailaddress")]
        )
        assert User.objects.count() - before == (email != ana.email)
    assert costs == [[1, 1], [1, 1]]
    assert told.kinds == ["accounts.account_exists", "accounts.confirm_email_code"]
    assert EmailAddress.objects.filter(email__endswith=".invalid").count() == 0


def test_sending_again_tells_nothing_either(ana: User, told: Told) -> None:
    seen = []
    for email in ("ana@example.com", "ani@example.com"):
        client = Client()
        ask_code(client, email)
        answer = client.post(reverse("account_confirm_login_code"), {"action": "resend"})
        seen.append((answer.status_code, answer.headers.get("Location")))
    assert seen[0] == seen[1]
    assert told.kinds == ["accounts.sign_in_code"] * 2 + ["accounts.unknown_account"]


@pytest.mark.parametrize("email", ["ana@example.com", "ani@example.com"])
def test_sending_again_is_answered(ana: User, told: Told, email: str) -> None:
    client = Client()
    ask_code(client, email)
    said = "Mesajul este din nou pe drum."
    assert said not in client.get(reverse("account_confirm_login_code")).text
    answer = client.post(reverse("account_confirm_login_code"), {"action": "resend"}, follow=True)
    assert said in answer.text


def test_a_mail_we_have_no_words_for_is_a_mistake(ana: User) -> None:
    from accounts.adapter import AccountAdapter  # noqa: PLC0415

    with pytest.raises(KeyError):
        AccountAdapter().send_mail("account/email/unheard_of", ana.email, {"user": ana})
