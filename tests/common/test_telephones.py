"""Telephone numbers: stored, shown, dialled."""

from __future__ import annotations

import pytest

from common.telephones import dialled, rings_only_at_home, shown, stored


@pytest.mark.parametrize(
    ("typed", "kept", "read", "link"),
    [
        ("+373 22 24 06 24", "+37322240624", "+373 22 240 624", "+37322240624"),
        ("022 250-494", "+37322250494", "+373 22 250 494", "+37322250494"),
        ("0037322 250 494", "+37322250494", "+373 22 250 494", "+37322250494"),
        ("0 8008 8008", "+37380088008", "0 8008 8008", "080088008"),
        ("0 800 77777", "+37380077777", "0 800 77777", "080077777"),
        ("0 800 88888", "+37380088888", "0 800 88888", "080088888"),
        ("0 800 90990", "+37380090990", "0 800 90990", "080090990"),
        ("0 8000 1525", "+37380001525", "0 8000 1525", "080001525"),
        ("116 111", "116111", "116 111", "116111"),
        ("14909", "14909", "14909", "14909"),
        ("+39 06 6929 5254", "+390669295254", "+39 06 6929 5254", "+390669295254"),
    ],
)
def test_one_number_has_one_stored_and_one_shown_form(typed: str, kept: str, read: str, link: str) -> None:
    assert stored(typed) == kept
    assert (shown(kept), dialled(kept)) == (read, link)
    assert stored(read) == kept


@pytest.mark.parametrize("text", ["call us", "", "12", "+0 22 33", "022 21 33 33 ext 4"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no telephone number"):
        stored(text)


@pytest.mark.parametrize(
    ("number", "at_home"), [("112", True), ("+37380077777", True), ("+37322240624", False)]
)
def test_what_rings_only_at_home(number: str, *, at_home: bool) -> None:
    assert rings_only_at_home(number) is at_home
