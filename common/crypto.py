"""Encryption of small secrets at rest (Fernet: AES-128-CBC with HMAC-SHA-256) and keyed hashes, apart from SECRET_KEY.

DATA_KEYS seal, newest first; HASH_KEY hashes and never changes. Columns that hold what is sealed are named in
`common.sealed`, so that a new key reaches them.
"""

from __future__ import annotations

import base64
import logging
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.crypto import salted_hmac

__all__ = [
    "InvalidToken",
    "decrypt",
    "encrypt",
    "fingerprint",
    "is_readable",
    "is_under_newest",
    "keyed_hash",
    "seal_anew",
]
logger = logging.getLogger(__name__)


def encrypt(plain: bytes, *, purpose: str) -> bytes:
    """Encrypted and authenticated; what was encrypted for one purpose cannot be read for another."""
    return _current(purpose).encrypt(plain)


def decrypt(token: bytes, *, purpose: str) -> bytes:
    """The plain bytes, by whichever of DATA_KEYS fits. Raises InvalidToken, and logs, when none does."""
    try:
        return _current(purpose).decrypt(token)
    except InvalidToken:
        logger.error("what was sealed for %s cannot be opened: no key of DATA_KEYS fits", purpose)
        raise


def seal_anew(token: bytes, *, purpose: str) -> bytes:
    """The same under the first of DATA_KEYS. Raises InvalidToken when none of them fits."""
    return _current(purpose).rotate(token)


def is_readable(token: bytes, *, purpose: str) -> bool:
    """Whether one of DATA_KEYS fits."""
    return _fits(_current(purpose), token)


def is_under_newest(token: bytes, *, purpose: str) -> bool:
    """Whether the first of DATA_KEYS fits: nothing is to be sealed anew."""
    return _fits(_cipher(purpose, (settings.DATA_KEYS[0],)), token)


def keyed_hash(text: str, *, purpose: str) -> str:
    """HMAC-SHA-256, hexadecimal; the same for ever, so that rows can be found by what they do not hold."""
    return salted_hmac(purpose, text, secret=settings.HASH_KEY, algorithm="sha256").hexdigest()


def fingerprint(key: str) -> str:
    """Sixteen hexadecimal signs that tell keys apart and say nothing of them."""
    return _derive(key, "fingerprint")[:8].hex()


def _derive(key: str, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"nexus/{purpose}".encode()).derive(key.encode())


@lru_cache(maxsize=64)
def _cipher(purpose: str, keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derive(key, purpose))) for key in keys])


def _current(purpose: str) -> MultiFernet:
    return _cipher(purpose, tuple(settings.DATA_KEYS))


def _fits(cipher: MultiFernet, token: bytes) -> bool:
    try:
        cipher.decrypt(token)
    except InvalidToken:
        return False
    return True
