"""What is a telephone, and what is none."""

from __future__ import annotations

import pytest

from accounts import phones


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("060 123 456", "MD", "+37360123456"),
        ("+373 60 123-456", "IT", "+37360123456"),
        ("00373 60123456", "MD", "+37360123456"),
        ("347 123 4567", "IT", "+393471234567"),
        ("8 (916) 123-45-67", "RU", "+79161234567"),
        ("060123456", "", "+37360123456"),
    ],
)
def test_numbers_are_written_as_e164(text: str, country: str, number: str) -> None:
    assert phones.to_e164(text, country=country) == number


@pytest.mark.parametrize(
    "text", ["", "abc", "123", "+373", "+37360123456789012", "060 12", "+999 123 456 789", "😀"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        phones.to_e164(text)


def test_landlines_get_no_sms() -> None:
    assert phones.can_get_sms("+37360123456")
    assert not phones.can_get_sms("+37322233309")


def test_numbers_are_shown_in_groups() -> None:
    assert phones.shown("+37360123456") == "+373 601 23 456"
