"""Handles: their form, those that nobody may take, and new ones made up. No I/O.

Whether two look alike is decided by one function in the database, `accounts_handle_key` (migration 0002), after
Unicode Technical Standard 39 (confusables), for the letters that our two alphabets allow.
"""

from __future__ import annotations

import re
import secrets

LATIN_HANDLE = r"^[A-Za-zĂÂÎȘȚăâîșț][A-Za-zĂÂÎȘȚăâîșț0-9_.-]{2,23}$"
CYRILLIC_HANDLE = r"^[А-Яа-яЁё][А-Яа-яЁё0-9_.-]{2,23}$"
_FORMS = re.compile(f"{LATIN_HANDLE}|{CYRILLIC_HANDLE}")

RESERVED = frozenset(
    {
        "admin", "administrator", "administrare", "nexus", "moderator", "moderatie", "suport", "support",
        "consilier", "counsellor", "curator", "ghiseu", "system", "sistem", "erased", "anonim", "anonymous",
        "админ", "администратор", "нексус", "модератор", "поддержка", "консультант", "система", "аноним",
    }
)  # fmt: skip

# Things of home, in each language: a bird, a tree, a place. Nothing about the person.
_WORDS = {
    "ro": [
        "cocor",
        "nuc",
        "izvor",
        "plop",
        "cireș",
        "lunca",
        "zorile",
        "codru",
        "ram",
        "salcie",
        "vie",
        "floare",
        "barza",
        "gutui",
        "munte",
        "râu",
        "stejar",
        "iarba",
    ],
    "ru": [
        "журавль",
        "орех",
        "родник",
        "тополь",
        "вишня",
        "роща",
        "рассвет",
        "дубрава",
        "ветка",
        "ива",
        "лоза",
        "цветок",
        "аист",
        "айва",
        "холм",
        "река",
        "дуб",
        "трава",
    ],
    "en": [
        "crane",
        "walnut",
        "spring",
        "poplar",
        "cherry",
        "meadow",
        "sunrise",
        "forest",
        "branch",
        "willow",
        "vine",
        "blossom",
        "stork",
        "quince",
        "hill",
        "river",
        "oak",
        "grass",
    ],
}


def has_form(handle: str) -> bool:
    """3 to 24 signs of one alphabet, Latin (with ă â î ș ț) or Cyrillic, digits, `_`, `.` and `-`; a letter first."""
    return _FORMS.match(handle) is not None


def suggested(language: str) -> str:
    """A made-up handle in a language, such as cocor-48213; it may be taken already."""
    words = _WORDS.get(language, _WORDS["ro"])
    return f"{secrets.choice(words)}-{secrets.randbelow(90_000) + 10_000}"


def erased() -> str:
    """A handle for an account that was erased; says nothing of who it was."""
    return f"sters-{secrets.token_hex(6)}"
