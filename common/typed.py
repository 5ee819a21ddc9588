"""What people type, made plain: digits of other scripts, invisible signs, addresses from other keyboards.

Names and notes may be in any script; signs that turn a line around may not.
"""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

TURNING = frozenset(
    "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)  # bidi controls (UAX 9)
INVISIBLE = frozenset("\u200b\u2060\ufeff\u00ad")
OTHER_ROMANIAN = str.maketrans("şţŞŢ", "șțȘȚ")  # what many keyboards and old files have
LATIN_MAILBOX = _("Before the @ an e-mail address has only Latin letters, digits and signs, without accents.")


def typed_code(text: str) -> str:
    """A code as it was meant: digits of any script are 0 to 9, spaces of any kind and dashes are nothing."""
    signs = []
    for sign in unicodedata.normalize("NFKC", text):
        number = unicodedata.digit(sign, None)
        if number is not None:
            signs.append(str(number))
        elif unicodedata.category(sign)[0] not in "ZCP":
            signs.append(sign)
    return "".join(signs)


def digits_of(text: str) -> str:
    """The digits alone, each as 0 to 9."""
    return "".join(sign for sign in typed_code(text) if sign.isascii() and sign.isdigit())


def check_mailbox(address: str) -> None:
    """Raise ValidationError for an address that a mail server could take for another one: the part before the @
    is not ASCII (RFC 5321; what RFC 6531 allows is delivered hardly anywhere).
    """
    if not address.rpartition("@")[0].isascii():
        raise ValidationError(LATIN_MAILBOX, code="mailbox")


def one_line(text: str) -> str:
    """Visible signs on one line, spaces made single; emoji and right-to-left letters stay."""
    return " ".join(_visible(text, keep="").split())


def lines(text: str) -> str:
    """The same, with the line breaks."""
    return "\n".join(" ".join(line.split()) for line in _visible(text, keep="\n").splitlines()).strip()


def _visible(text: str, *, keep: str) -> str:
    kept = []
    for sign in text.replace("\r\n", "\n"):
        if sign in keep:
            kept.append(sign)
        elif sign in TURNING or sign in INVISIBLE:
            continue
        elif unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp"):
            kept.append(" ")
        else:
            kept.append(sign)
    return "".join(kept)
