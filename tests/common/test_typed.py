"""What people type, made plain."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from common.typed import check_mailbox, digits_of, typed_code


@pytest.mark.parametrize(
    "typed",
    [
        "469486",
        "469 486",
        "469\u00a0486",
        "469\u202f486",
        "469-486",
        " 469486\n",
        "٤٦٩٤٨٦",
        "４６９４８６",
        "४६९४८६",
        "469\u200b486",
    ],
)
def test_six_digits_are_read_however_they_were_typed(typed: str) -> None:
    assert typed_code(typed) == digits_of(typed) == "469486"


def test_letters_of_a_recovery_code_stay_and_a_digit_is_no_letter() -> None:
    assert typed_code("ab12 cd34") == "ab12cd34"
    assert digits_of("ab12 cd34") == "1234"
    assert digits_of("") == digits_of("шесть") == ""


@pytest.mark.parametrize("address", ["ıon@example.com", "нина@example.com", "ștefan@example.md"])
def test_an_address_that_would_go_elsewhere_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        check_mailbox(address)


def test_an_address_of_latin_letters_passes_with_any_domain() -> None:
    assert check_mailbox("nina+1@exämple.com") is None
