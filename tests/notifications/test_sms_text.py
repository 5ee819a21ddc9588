"""What an SMS costs, and a writing that costs less."""

from __future__ import annotations

import pytest

from notifications.sms_text import cheapest, parts_of


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ă" * 70, 1),
        ("ă" * 71, 2),
        ("я" * 134, 2),
        ("я" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_parts_are_counted_as_gateways_count(text: str, parts: int) -> None:
    assert parts_of(text) == parts


def test_marks_go_only_where_that_saves_a_part() -> None:
    assert cheapest("Vă așteptăm") == "Vă așteptăm"  # one part anyway
    long = "Vă așteptăm la „NEXUS” – în țară, mâine… " + "a" * 40
    assert cheapest(long) == 'Va asteptam la "NEXUS" - in tara, maine... ' + "a" * 40
    assert (parts_of(long), parts_of(cheapest(long))) == (2, 1)


def test_letters_of_gsm_keep_their_marks_and_russian_stays() -> None:
    assert cheapest("è" * 100 + "ș" * 50) == "è" * 100 + "s" * 50
    russian = "Напоминаем: ё " * 10
    assert cheapest(russian) == russian
