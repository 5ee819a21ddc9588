"""Telephone numbers that the portal shows: one stored form, one shown form, links in running text. No I/O.

Stored is E.164 (+37322233309) or, where no such form exists, a short number of Moldova (14909). Freephone
numbers are stored in E.164 too, but nobody abroad can ring them: they are shown and dialled as at home.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

NUMBER_PATTERN = r"^(\+[1-9][0-9]{6,14}|[0-9]{3,6})$"
AT_HOME_ONLY_PATTERN = r"^([0-9]{3,6}|\+373800[0-9]{5})$"  # short numbers and 0 800
HOME = "+373"
FREEPHONE = "+373800"
# In running text: +373 22 24 06 24, 0 8008 8008, 022 21 33 33, and the known short numbers; never a law, a sum,
# or a part of a longer figure.
IN_TEXT = re.compile(
    r"(?<![\w+/.,-])(?<!nr\. )(?<!№ )(?<!No\. )(?:"
    r"\+[1-9](?:[  ().-]{0,2}\d){6,14}"
    r"|0[  ]?800(?:[  -]?\d){5}"
    r"|0[2-7]\d(?:[  -]?\d){6}"
    r"|112|116[  ]?(?:111|006|123)|14909"
    r")(?![\w/%€]|[.,-]\d|[  ](?:lei|лея|леев|MDL|EUR|euro|евро|\d))"
)


def stored(text: str) -> str:
    """The stored form of a number as people write it; without a prefix it is one of Moldova.

    Raises ValueError for what is no telephone number.
    """
    number = re.sub(r"[^\d+]", "", text)
    if number.startswith("00"):
        number = f"+{number[2:]}"
    if not number.startswith("+") and len(number) > 6:
        number = HOME + number.removeprefix("0")
    if not re.fullmatch(NUMBER_PATTERN, number) or re.search(r"[^\d+  ()./-]", text):
        raise ValueError(f"no telephone number: {text!r}")
    return number


def rings_only_at_home(number: str) -> bool:
    """Whether a stored number cannot be rung from another country."""
    return re.fullmatch(AT_HOME_ONLY_PATTERN, number) is not None


@lru_cache(maxsize=500)
def shown(number: str) -> str:
    """A stored number as people read it: +373 22 233 309, 0 8008 8008, 0 800 77777, 116 111, as their owners write them."""
    if number.startswith(FREEPHONE):
        digits = number.removeprefix(HOME)
        cut = 4 if digits.startswith(("8000", "8008")) and len(set(digits[3:])) > 1 else 3
        return f"0 {digits[:cut]} {digits[cut:]}"
    if not number.startswith("+"):
        return f"{number[:3]} {number[3:]}" if len(number) == 6 else number
    try:
        return phonenumbers.format_number(
            phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL
        )
    except phonenumbers.NumberParseException:
        return number


def dialled(number: str) -> str:
    """A stored number for a `tel:` address (RFC 3966); what rings at home only, as it is dialled there."""
    return f"0{number.removeprefix(HOME)}" if number.startswith(FREEPHONE) else number
