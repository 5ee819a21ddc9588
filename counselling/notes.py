"""What a client wrote beside a booking; encrypted at rest, for it may tell of trouble."""

from __future__ import annotations

from django.utils.translation import gettext as _

from common.crypto import InvalidToken, decrypt, encrypt

PURPOSE = "counselling.note"


def seal(text: str) -> bytes | None:
    """Encrypted; None for nothing."""
    return encrypt(text.encode(), purpose=PURPOSE) if text else None


def unseal(sealed: bytes | memoryview | None) -> str:
    """The text; empty when there is none. In place of one that no key opens, a sentence that says so."""
    if not sealed:
        return ""
    try:
        return decrypt(bytes(sealed), purpose=PURPOSE).decode()
    except InvalidToken:
        return _(
            "There is a note, but it cannot be opened: its encryption key is missing. Tell whoever runs this site."
        )
