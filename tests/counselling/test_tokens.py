"""Links in messages: what is altered, foreign, for another purpose or of another key opens nothing."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from counselling import tokens
from counselling.tokens import Pointer, Purpose

PK = uuid.UUID("6f1d5f0e-7a1f-4f6e-9d55-0d9c8f1c5a11")


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("number", [0, 1, 12, 32767])
def test_a_token_points_to_what_it_was_made_for(purpose: Purpose, number: int) -> None:
    token = tokens.make(purpose, PK, number)
    assert tokens.read(purpose, token) == Pointer(PK, number)
    assert len(token) <= 50  # an SMS has 160 characters
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@pytest.mark.parametrize("purpose", Purpose)
def test_a_token_opens_nothing_else(purpose: Purpose) -> None:
    token = tokens.make(purpose, PK, 1)
    assert [other for other in Purpose if tokens.read(other, token)] == [purpose]


def test_every_altered_character_shows() -> None:
    token = tokens.make(Purpose.CANCEL, PK, 7)
    altered = [
        token[:place] + other + token[place + 1 :]
        for place in range(len(token))
        for other in "Aa09-_.é"
        if other != token[place]
    ]
    assert len(altered) > 300
    # The last character of a signature carries bits that no byte uses: only the very same text is good.
    assert [text for text in altered if tokens.read(Purpose.CANCEL, text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "a.b",
        "x" * 5000,
        "٣" * 22 + "١.x",
        "\x00",
        "é.é",
        f"{PK}",
        "A" * 22 + "0",
        "A" * 22 + "0.",
    ],
)
def test_what_is_no_token_opens_nothing(text: str) -> None:
    assert tokens.read(Purpose.VIEW, text) is None


def test_the_number_is_signed_with_the_rest() -> None:
    first, second = (tokens.make(Purpose.CHANGE, PK, number) for number in (1, 2))
    body, signature = second.split(".")[0], first.split(".")[1]
    assert tokens.read(Purpose.CHANGE, f"{body}.{signature}") is None


@pytest.mark.parametrize("tail", ["", "x", "-1", " 1", "1 ", "²", "1.5"])
def test_a_signed_body_without_a_number_opens_nothing(tail: str, settings: Any) -> None:
    body = f"{tokens.make(Purpose.VIEW, PK)[:22]}{tail}"
    assert (
        tokens.read(Purpose.VIEW, f"{body}.{tokens._sign(Purpose.VIEW, body, settings.DATA_KEYS[0])}") is None
    )


def test_a_new_key_opens_what_the_old_one_signed_until_that_is_given_up(settings: Any) -> None:
    old = settings.DATA_KEYS[0]
    token = tokens.make(Purpose.VIEW, PK, 3)
    settings.DATA_KEYS = ["another-key-0123456789-abcdefghijklmnopqrstuvwxyz"]
    assert tokens.read(Purpose.VIEW, token) is None
    settings.DATA_KEYS = [*settings.DATA_KEYS, "older-still-0123456789-abcdefghijklmnopqrstuvwxy", old]
    assert tokens.read(Purpose.VIEW, token) == Pointer(PK, 3)
    assert tokens.make(Purpose.VIEW, PK, 3) != token  # new ones are signed by the new key


def test_another_secret_key_changes_nothing(settings: Any) -> None:
    token = tokens.make(Purpose.VIEW, PK, 3)
    settings.SECRET_KEY = "another-key-0123456789-abcdefghijklmnopqrstuvwxyz"
    assert tokens.read(Purpose.VIEW, token) == Pointer(PK, 3)
    assert tokens.make(Purpose.VIEW, PK, 3) == token


def test_signatures_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.DATA_KEYS = [settings.DATA_KEYS[0], "older-still-0123456789-abcdefghijklmnopqrstuvwxy"]
    compared: list[str] = []
    monkeypatch.setattr(tokens, "constant_time_compare", lambda one, other: bool(compared.append(one)))
    assert tokens.read(Purpose.VIEW, tokens.make(Purpose.VIEW, PK)) is None
    assert len(compared) == 2  # by every key, whichever was good
