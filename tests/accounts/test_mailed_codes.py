"""Codes by mail: a stranger who asks floods nobody and locks nobody out; a guess counts for the account it is made at."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import mailed_codes
from accounts.models import User
from common import counting, work
from notifications import rendering
from notifications.actions import notify
from notifications.models import Delivery
from tests.accounts.conftest import Told
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
CODE_KINDS = ("accounts.sign_in_code", "accounts.password_reset_code", "accounts.unknown_account")


@pytest.fixture
def ana(told: Told) -> User:
    """A member."""
    user = UserFactory.create(email="ana@example.com", handle="ana")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture(autouse=True)
def easy_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Riddles that cost a test nothing."""
    monkeypatch.setattr(work, "HARDEST", 50)


def solved(challenge: str) -> str:
    """What a device answers to a riddle."""
    riddle = json.loads(challenge)
    for number in range(riddle["maxnumber"] + 1):
        if hashlib.sha256(f"{riddle['salt']}{number}".encode()).hexdigest() == riddle["challenge"]:
            answer = {name: riddle[name] for name in ("algorithm", "challenge", "salt", "signature")}
            return base64.b64encode(json.dumps(answer | {"number": number}).encode()).decode()
    raise AssertionError("no number fits")


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def ask(client: Client, email: str, page: str = "account_request_login_code", **more: str) -> Any:
    field = "login" if page == "account_login" else "email"
    return client.post(reverse(page), {field: email, **more})


def mailed(told: Told) -> int:
    return sum(kind in CODE_KINDS for kind in told.kinds)


def test_every_browser_that_asks_within_its_life_is_given_the_same_code(ana: User, told: Told) -> None:
    stranger, owner = Client(), Client(REMOTE_ADDR="10.9.9.9")
    ask(stranger, ana.email)
    first = told.code
    ask(owner, ana.email)
    assert told.code == first
    assert len(first) == 8
    owner.post(reverse("account_confirm_login_code"), {"code": first})
    assert is_in(owner)


def test_a_later_request_gets_another_code(ana: User, told: Told) -> None:
    ask(Client(), ana.email)
    first = told.code
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=9)):
        ask(Client(), ana.email)
    assert told.code != first


def test_the_message_says_how_long_the_code_is_still_valid(ana: User, told: Told) -> None:
    ask(Client(), ana.email)
    assert told.last["context"]["minutes"] == 10
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=6)):
        ask(Client(), ana.email)
    assert told.last["context"]["minutes"] == 4


@pytest.mark.parametrize("email", ["ana@example.com", "nobody@example.com"])
def test_a_stranger_in_a_loop_floods_no_mailbox(ana: User, told: Told, email: str) -> None:
    for number in range(40):
        page = ("account_request_login_code", "account_login", "account_reset_password")[number % 3]
        ask(Client(REMOTE_ADDR=f"10.0.0.{number}"), email, page)
    assert mailed(told) == mailed_codes.MAILS_AN_HOUR
    for _hour in range(4):  # the counter of the hour ends by Valkey's own clock
        counting.forget(f"code-mails-h:{mailed_codes._key(email)}")
        for _time in range(8):
            ask(Client(), email)
    assert mailed(told) == mailed_codes.MAILS_A_DAY


def test_the_owner_gets_in_all_the_same_by_the_code_that_was_mailed_last(ana: User, told: Told) -> None:
    for _number in range(10):
        ask(Client(), ana.email)
    last = told.code
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=40)):  # well after the code's usual life
        owner = Client(REMOTE_ADDR="10.9.9.9")
        refused = ask(owner, ana.email)
        assert refused.status_code == 200
        challenge = refused.context["form"].challenge
        assert challenge
        assert ask(owner, ana.email, proof=solved(challenge)).status_code == 302
        page = owner.get(reverse("account_confirm_login_code")).content.decode()
        assert "este încă valabil" in page
        owner.post(reverse("account_confirm_login_code"), {"code": last})
        assert is_in(owner)
    assert mailed(told) == mailed_codes.MAILS_AN_HOUR


def test_work_is_asked_of_known_and_unknown_addresses_in_the_same_words(ana: User, told: Told) -> None:
    pages = []
    for email in (ana.email, "nobody@example.com"):
        for _number in range(mailed_codes.MAILS_AN_HOUR):
            ask(Client(), email)
        answer = ask(Client(), email)
        pages.append([str(error) for error in answer.context["form"].non_field_errors()])
    assert pages[0] == pages[1] != []


@pytest.fixture
def stranger(told: Told) -> User:
    """Somebody with an account of his own."""
    user = UserFactory.create(email="stranger@example.com")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.mark.parametrize("page", ["account_login", "account_request_login_code", "account_reset_password"])
def test_a_field_that_a_form_does_not_have_brings_nobody_elses_code(
    ana: User, stranger: User, told: Told, page: str
) -> None:
    field, other = ("login", "email") if page == "account_login" else ("email", "login")
    Client().post(reverse(page), {field: stranger.email, other: ana.email})
    mine = told.code
    ask(Client(), ana.email, page)
    assert told.code != mine


def test_a_code_that_is_sent_again_is_still_ones_own(ana: User, stranger: User, told: Told) -> None:
    browser = Client()
    ask(browser, stranger.email)
    mine = told.code
    browser.post(reverse("account_confirm_login_code"), {"action": "resend", "email": ana.email})
    assert mailed(told) == 2
    assert told.code == mine
    ask(Client(), ana.email)
    assert told.code != mine


def test_a_guess_counts_for_the_account_whatever_is_posted_beside_it(ana: User, told: Told) -> None:
    for number in range(5):
        guesser = Client(REMOTE_ADDR=f"10.2.{number}.1")
        ask(guesser, ana.email)
        for _time in range(3):
            wrong = {"code": "0" * 8 if told.code != "0" * 8 else "1" * 8, "email": "other@example.com"}
            guesser.post(reverse("account_confirm_login_code"), wrong)
    assert told.kinds.count("accounts.security_notice") == 1


def test_the_word_about_guesses_says_no_change_and_asks_for_nothing(ana: User, told: Told) -> None:
    context = {"what": "many_wrong_codes", "at": timezone.now().isoformat(), "device": ""}
    notify(kind="accounts.security_notice", recipient=ana, context=context, dedupe_key="guesses")
    mail = rendering.mail(Delivery.objects.get(channel="email"))
    assert mail.subject == "Coduri greșite pentru contul dumneavoastră"
    for text in (mail.text, mail.html):
        assert "Nu a reușit să intre" in text
        assert "Dispozitiv" not in text
        assert "Nu ați fost dumneavoastră" not in text
