"""Keys of the data, apart from SECRET_KEY: what seals rows and signs links (DATA_KEYS), what hashes people (HASH_KEY).

SECRET_KEY may change when it likes, for it signs what lives no longer than a session. Without these two, notes, second
factors and links are lost: docs/operations.md says how they are kept, and docs/adr/0016 why they are apart.
"""

from __future__ import annotations

import base64
import re

from django.core.exceptions import ImproperlyConfigured

from nexus.environment import SHORTEST_SECRET, Environment

ENCODED = "base64:"  # before a key with signs that a list or an `.env` file would not bear
PLAIN = re.compile(r"[A-Za-z0-9_.~-]+")


def data_and_hash_keys(env: Environment, *, secret_key: str, long: bool) -> tuple[list[str], str]:
    """DATA_KEYS (newest first) and HASH_KEY; `long` asks for 50 characters. Raises ImproperlyConfigured.

    Older keys may be short: they may have been somebody's SECRET_KEY once.
    """
    keys = read_keys("DATA_KEYS", env.words("DATA_KEYS"))
    hash_keys = read_keys("HASH_KEY", env.words("HASH_KEY"))
    if len(hash_keys) != 1:
        raise ImproperlyConfigured("HASH_KEY is one key and never changes; only DATA_KEYS is a list")
    for name, key in (("DATA_KEYS", keys[0]), ("HASH_KEY", hash_keys[0])):
        if long and len(key) < SHORTEST_SECRET:
            raise ImproperlyConfigured(f"{name} must have at least {SHORTEST_SECRET} random characters")
    if keys[0] in (secret_key, hash_keys[0]):
        raise ImproperlyConfigured("The first of DATA_KEYS must be neither SECRET_KEY nor HASH_KEY")
    return keys, hash_keys[0]


def read_keys(name: str, words: list[str]) -> list[str]:
    """The keys that a variable lists. Raises ImproperlyConfigured when there is none, one is junk or stands twice."""
    if not words:
        raise ImproperlyConfigured(
            f"{name} is not set; `python manage.py new_keys` prints DATA_KEYS and HASH_KEY so that what is there stays "
            "readable, and docs/operations.md tells what they are"
        )
    keys = [_read(name, word) for word in words]
    if len(set(keys)) < len(keys):
        raise ImproperlyConfigured(f"{name} names a key twice")
    return keys


def written(key: str) -> str:
    """A key as it stands in a variable: itself, or encoded when it holds other signs than letters, digits, - _ . ~"""
    return key if PLAIN.fullmatch(key) else ENCODED + base64.urlsafe_b64encode(key.encode()).decode()


def _read(name: str, word: str) -> str:
    try:
        encoded = word.removeprefix(ENCODED)
        key = base64.b64decode(encoded, b"-_", validate=True).decode() if encoded != word else word
    except ValueError:
        key = ""
    if not key or (key == word and not PLAIN.fullmatch(key)):
        raise ImproperlyConfigured(f"{name} holds what is no key: letters, digits and - _ . ~, or {ENCODED}…")
    return key
