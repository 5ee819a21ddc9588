"""`manage.py new_keys`: the values of DATA_KEYS and HASH_KEY that keep what is there readable, and a fresh key in front.

It is asked before the settings are read, for they refuse to load without what it prints.
"""

from __future__ import annotations

import secrets
import sys

from django.core.exceptions import ImproperlyConfigured

from nexus.data_keys import read_keys, written
from nexus.environment import Environment

AFTERWARDS = """
Put both lines into the environment of every process (`.env` for docker compose), and keep a copy in a safe place, where the
key of the backups is: without them a backup cannot be read. Start everything anew, then seal all rows with the first key:
`python manage.py rotate_data_keys`.
"""
KEPT = """
The keys that are set were kept. They open nothing of a release that had SECRET_KEY alone: for its rows empty both variables
and ask again.
"""


def main() -> int:
    """Print both lines; what to do with them goes to stderr, so that the output may be appended to a file."""
    env = Environment()
    try:
        found = lines(env)
    except ImproperlyConfigured as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("\n".join(found) + "\n")
    sys.stderr.write(AFTERWARDS.lstrip() + (KEPT if env.words("DATA_KEYS") or env.words("HASH_KEY") else ""))
    return 0


def lines(env: Environment) -> list[str]:
    """As they stand in `.env`. Releases without these variables sealed, signed and hashed with SECRET_KEY.

    Its fallbacks opened what they had sealed; hashes were always made with SECRET_KEY itself.
    """
    secret_key = env.text("SECRET_KEY")
    kept = env.words("DATA_KEYS")
    keys = read_keys("DATA_KEYS", kept) if kept else [secret_key, *env.words("SECRET_KEY_FALLBACKS")]
    hashing = env.words("HASH_KEY")
    hash_key = read_keys("HASH_KEY", hashing)[0] if hashing else secret_key
    fresh = secrets.token_urlsafe(60)
    listed = ",".join(map(written, dict.fromkeys([fresh, *keys])))
    return [f"DATA_KEYS={listed}", f"HASH_KEY={written(hash_key)}"]
