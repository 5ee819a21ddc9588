"""One-time codes of our own pages: eight digits, ten minutes, three tries, used once."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import ValidationError

from accounts import codes

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)


@pytest.fixture
def session() -> SessionStore:
    """A session that is not saved."""
    kept = SessionStore()
    kept._session_cache = {}
    return kept


def other(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1) % 10**8:08d}"


def test_the_right_code_gives_back_what_it_is_about_and_is_used_up(session: SessionStore) -> None:
    code = codes.issue(session, "phone", "+37360123456")
    assert len(code) == 8
    assert code not in str(dict(session.items()))
    assert codes.pending(session, "phone") == "+37360123456"
    assert codes.redeem(session, "phone", f" {code[:3]} {code[3:]}") == "+37360123456"
    with pytest.raises(ValidationError):
        codes.redeem(session, "phone", code)


def test_a_code_ends_after_ten_minutes(session: SessionStore) -> None:
    with time_machine.travel(NOW, tick=False):
        code = codes.issue(session, "erase")
    with time_machine.travel(NOW + dt.timedelta(seconds=601), tick=False):
        assert codes.pending(session, "erase") is None
        with pytest.raises(ValidationError):
            codes.redeem(session, "erase", code)


def test_three_wrong_tries_end_it(session: SessionStore) -> None:
    code = codes.issue(session, "erase")
    for _number in range(3):
        with pytest.raises(ValidationError):
            codes.redeem(session, "erase", other(code))
    with pytest.raises(ValidationError):
        codes.redeem(session, "erase", code)


def test_tries_are_counted_also_where_many_requests_read_the_session_at_once(session: SessionStore) -> None:
    code = codes.issue(session, "erase")
    outcomes = []
    for _number in range(20):
        same_moment = SessionStore()
        same_moment._session_cache = dict(session.items())  # as each of the requests loaded it
        with pytest.raises(ValidationError) as caught:
            codes.redeem(same_moment, "erase", other(code))
        outcomes.append(caught.value.code)
    assert outcomes == ["wrong"] * 3 + ["over"] * 17
    with pytest.raises(ValidationError):
        codes.redeem(session, "erase", code)


@pytest.mark.parametrize("zero", ["٠", "０"])
def test_digits_of_other_scripts_count(session: SessionStore, zero: str) -> None:
    code = codes.issue(session, "erase", "about")
    typed = "".join(chr(ord(zero) + int(digit)) for digit in code)
    assert codes.redeem(session, "erase", typed) == "about"


def test_a_code_serves_one_purpose_and_a_new_one_ends_the_old(session: SessionStore) -> None:
    old = codes.issue(session, "erase")
    with pytest.raises(ValidationError):
        codes.redeem(session, "phone", old)
    new = codes.issue(session, "erase")
    if new != old:
        with pytest.raises(ValidationError):
            codes.redeem(session, "erase", old)
    assert codes.redeem(session, "erase", new) == ""
