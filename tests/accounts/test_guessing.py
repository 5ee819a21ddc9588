"""Guessing at mailed codes: work slows it, hours and longer codes bound it, and no owner is locked out."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from accounts import mailed_codes
from accounts.models import User
from common import counting, work
from tests.accounts.conftest import Told
from tests.accounts.test_mailed_codes import ask, is_in, mailed, solved
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
FLOWS = [
    ("account_request_login_code", "account_confirm_login_code"),
    ("account_reset_password", "account_confirm_password_reset_code"),
]


@pytest.fixture
def ana(told: Told) -> User:
    """A member."""
    return member("ana@example.com")


@pytest.fixture(autouse=True)
def easy_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Riddles that cost a test nothing."""
    monkeypatch.setattr(work, "HARDEST", 50)


def member(email: str) -> User:
    user = UserFactory.create(email=email)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def guess(browser: Client, code: str, page: str = "account_confirm_login_code", **more: str) -> Any:
    return browser.post(reverse(page), {"code": code, **more})


def refusal(answer: Any) -> str:
    """Why a guess was not compared, or `incorrect_code`; empty when it was right."""
    found = answer.context and answer.context["form"].errors.as_data().get("code")
    return str(found[0].code) if found else ""


def newest(told: Told) -> str:
    """The code that was mailed last; zeros when none was."""
    codes = [message["context"].get("code") for message in told.messages]
    return str(next((code for code in reversed(codes) if code), "0" * 8))


def wrong_for(told: Told) -> str:
    code = newest(told)
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"


def guess_at(email: str, told: Told, *, times: int, network: str = "10.2") -> None:
    """Wrong guesses at one account, from addresses of as many networks as they need."""
    for number in range(times):
        guesser = Client(REMOTE_ADDR=f"{network}.{number // 3}.1")
        ask(guesser, email, proof=solved(work.challenge()))
        guess(guesser, wrong_for(told))


def test_guesses_over_many_accounts_cost_work(told: Told) -> None:
    guesses = 0
    for number in range(9):
        user = UserFactory.create(email=f"m{number}@example.com")
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        guesser = Client(REMOTE_ADDR="10.1.1.1")
        ask(guesser, user.email)
        wrong = f"{(int(told.code) + 1) % 10**8:08d}"
        for _time in range(3):
            answer = guesser.post(reverse("account_confirm_login_code"), {"code": wrong})
            guesses += not (answer.context and answer.context["form"].has_error("code", "work"))
    assert guesses < 27
    ask(guesser, user.email)
    blocked = guesser.post(reverse("account_confirm_login_code"), {"code": told.code})
    assert not is_in(guesser)
    proof = solved(blocked.context["form"].challenge)
    guesser.post(reverse("account_confirm_login_code"), {"code": told.code, "proof": proof})
    assert is_in(guesser)  # who shares the address, and knows the code, is only slowed


@pytest.fixture
def shut_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three wrong codes instead of a hundred."""
    assert mailed_codes.SHUT_FROM_ORIGIN == 100
    monkeypatch.setattr(mailed_codes, "SHUT_FROM_ORIGIN", 3)
    monkeypatch.setattr(mailed_codes, "IN_A_NETWORK", 2)


def leave(browser: Client) -> None:
    """Press the button for another way in."""
    form = {"next": reverse("account_login")}
    assert browser.post(reverse("account_logout"), form)["Location"] == form["next"]
    assert browser.get(form["next"]).status_code == 200


def spend(told: Told, *addresses: str) -> None:
    """Three wrong guesses from each address, at accounts of nobody else."""
    for address in addresses:
        guesser = Client(REMOTE_ADDR=address)
        ask(guesser, member(f"m-{address.replace(':', '-')}@example.com").email)
        for _time in range(3):
            guess(guesser, wrong_for(told))


@pytest.mark.usefixtures("shut_soon")
@pytest.mark.parametrize(
    ("spent", "near", "far"),
    [
        (["10.1.1.1"], "10.1.1.1", "10.1.1.2"),
        (["2001:db8:1:1::1"], "2001:db8:1:1::ffff", "2001:db8:1:2::1"),
        (["10.1.1.1", "10.1.1.2"], "10.1.1.3", "10.1.2.1"),
        (["2001:db8:1:1::1", "2001:db8:1:2::1"], "2001:db8:1:3::1", "2001:db8:2:1::1"),
    ],
)
@pytest.mark.parametrize("flow", FLOWS)
def test_from_where_many_guessed_no_code_is_looked_at_for_an_hour(
    told: Told, spent: list[str], near: str, far: str, flow: tuple[str, str]
) -> None:
    ana, (asks, confirms) = member("ana@example.com"), flow
    spend(told, *spent)
    here, elsewhere = Client(REMOTE_ADDR=near), Client(REMOTE_ADDR=far)
    ask(here, ana.email, asks)
    right = newest(told)
    refused = guess(here, right, confirms, proof=solved(work.challenge()))  # a script solves a riddle at once
    assert refusal(refused) == "shut"
    ask(elsewhere, ana.email, asks)
    opened = guess(elsewhere, right, confirms)
    assert opened.status_code == 302
    assert "confirm" not in opened["Location"]


@pytest.mark.usefixtures("shut_soon")
@pytest.mark.parametrize(
    ("language", "says"),
    [("ro", "Timp de până la o oră"), ("ru", "В течение часа"), ("en", "For up to an hour")],
)
def test_the_page_says_so_and_a_password_goes_on(ana: User, told: Told, language: str, says: str) -> None:
    spend(told, "10.1.1.1")
    browser = Client(REMOTE_ADDR="10.1.1.1")
    ask(browser, ana.email)
    page = reverse("account_confirm_login_code").replace("/ro/", f"/{language}/")
    assert says in browser.get(page).content.decode()
    assert says in browser.post(page, {"code": newest(told)}).content.decode()
    assert not is_in(browser)
    leave(browser)
    ana.set_password("o parolă lungă și bună")
    ana.save()
    browser.post(reverse("account_login"), {"login": ana.email, "password": "o parolă lungă și bună"})
    assert is_in(browser)
    later = Client(REMOTE_ADDR="10.1.1.1")
    ask(later, ana.email)
    for name in ("code-wrong-o:10.1.1.1/32", "code-wrong-n:10.1.1.0/24"):  # the hour is over
        counting.forget(name)
    guess(later, newest(told))
    assert is_in(later)


@pytest.mark.parametrize(("asks", "confirms"), FLOWS)
def test_many_guesses_at_an_account_make_its_codes_longer(
    ana: User, told: Told, asks: str, confirms: str
) -> None:
    early = Client(REMOTE_ADDR="10.9.9.9")
    ask(early, ana.email, asks)
    short = newest(told)
    assert len(short) == mailed_codes.LENGTH
    guess_at(ana.email, told, times=mailed_codes.WRONG_FOR_ACCOUNT)
    assert told.kinds.count("accounts.security_notice") == 1
    refused = guess(early, short, confirms)
    assert refusal(refused) == "longer"  # right, and yet no guesser may hit upon it
    leave(early)
    ask(early, ana.email, asks)
    assert len(newest(told)) == mailed_codes.LONG
    opened = guess(early, f"{newest(told)[:4]} {newest(told)[4:]}", confirms)
    assert opened.status_code == 302
    assert "confirm" not in opened["Location"]


def test_the_button_that_sends_a_code_again_brings_the_longer_one(ana: User, told: Told) -> None:
    owner = Client(REMOTE_ADDR="10.9.9.9")
    ask(owner, ana.email)
    guess_at(ana.email, told, times=mailed_codes.WRONG_FOR_ACCOUNT)
    refused = guess(owner, newest(told))
    assert "mai lungi" in refused.content.decode()
    owner.post(reverse("account_confirm_login_code"), {"action": "resend"})
    guess(owner, newest(told))
    assert is_in(owner)


def test_a_stranger_who_used_up_the_mails_and_guesses_locks_nobody_out(ana: User, told: Told) -> None:
    """The long code is mailed whatever was mailed before, and stays valid when the stranger uses up the mails again."""
    for _number in range(10):
        ask(Client(), ana.email)
    guess_at(ana.email, told, times=mailed_codes.WRONG_FOR_ACCOUNT + 9)
    for _number in range(10):
        ask(Client(), ana.email)
    assert mailed(told) == 2 * mailed_codes.MAILS_AN_HOUR  # once more, not without end
    assert len(newest(told)) == mailed_codes.LONG
    owner = Client(REMOTE_ADDR="10.9.9.9")
    ask(owner, ana.email, proof=solved(work.challenge()))
    guess(owner, newest(told))
    assert is_in(owner)


def test_longer_codes_do_not_tell_whether_there_is_an_account(ana: User, told: Told) -> None:
    answers = []
    for email in (ana.email, "nobody@example.com"):
        early, late = Client(REMOTE_ADDR="10.8.8.8"), Client(REMOTE_ADDR="10.9.9.9")
        ask(early, email)
        guess_at(email, told, times=mailed_codes.WRONG_FOR_ACCOUNT)
        told.messages.clear()
        seen = [refusal(guess(early, "12345678"))]
        early.post(reverse("account_confirm_login_code"), {"action": "resend"})
        seen.append(refusal(guess(early, "12345678")))
        ask(late, email)
        answers.append([*seen, refusal(guess(late, "12345678"))])
    assert answers[0] == answers[1] == ["longer", "incorrect_code", "incorrect_code"]
