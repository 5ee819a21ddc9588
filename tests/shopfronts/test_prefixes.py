"""Which letters a counter's tickets get."""

from __future__ import annotations

import pytest

from shopfronts.prefixes import prefix_for


@pytest.mark.parametrize(
    ("slug", "taken", "expected"),
    [
        ("cahul", set(), "C"),
        ("chisinau", set(), "CH"),  # although C is free
        ("balti", set(), "B"),
        ("briceni", {"B"}, "BR"),
        ("comrat", set(), "CO"),  # C is kept for Cahul
        ("edinet-2", {"E", "ED"}, "EDI"),
        ("st-1-petru", {"S", "ST"}, "STP"),
        ("balti", {"B", "BA", "BAL"}, "AAA"),
        ("24", {"AAA"}, "AAB"),
        ("cahul", {"C"}, "CA"),  # given to another by hand
    ],
)
def test_the_shortest_free_beginning(slug: str, taken: set[str], expected: str) -> None:
    assert prefix_for(slug, taken) == expected
