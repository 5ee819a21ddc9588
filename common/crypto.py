"""Encryption of small secrets at rest (Fernet: AES-128-CBC with HMAC-SHA-256), by keys made from SECRET_KEY."""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

__all__ = ["InvalidToken", "decrypt", "encrypt"]


def _key(secret: str, purpose: str) -> bytes:
    derived = HKDF(SHA256(), 32, salt=None, info=f"nexus/{purpose}".encode()).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)


@lru_cache(maxsize=32)
def _cipher(purpose: str, secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_key(secret, purpose)) for secret in secrets])


def _current(purpose: str) -> MultiFernet:
    return _cipher(purpose, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def encrypt(plain: bytes, *, purpose: str) -> bytes:
    """Encrypted and authenticated; what was encrypted for one purpose cannot be read for another."""
    return _current(purpose).encrypt(plain)


def decrypt(token: bytes, *, purpose: str) -> bytes:
    """The plain bytes; keys of SECRET_KEY_FALLBACKS are tried too. Raises InvalidToken when altered or foreign."""
    return _current(purpose).decrypt(token)
