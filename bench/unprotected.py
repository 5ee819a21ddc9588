"""Settings of the siege's control: passwords without turns and without a limit by address."""

from nexus.settings import *  # noqa: F403 - settings are names
from nexus.settings import ACCOUNT_RATE_LIMITS, PASSWORD_HASHERS  # type: ignore[attr-defined]  # made by sign_in_settings

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher", *PASSWORD_HASHERS[1:]]
ACCOUNT_RATE_LIMITS = ACCOUNT_RATE_LIMITS | {"login": "1000000/m/ip"}
