"""Settings of django-allauth, and of the providers from outside that the environment switches on.

Why each default was changed: docs/adr/0013.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from nexus.environment import Environment

CODED = {  # every flow that sends a code: name of its settings and whether it can be sent again
    "LOGIN_BY_CODE": True,
    "EMAIL_VERIFICATION_BY_CODE": False,
    "PASSWORD_RESET_BY_CODE": False,
}


# Keyed by account: a whole shop-front, or a whole village behind one operator, shares an address. The few wide
# limits by address only stop floods. How many codes are mailed, and guessed, is counted in accounts/mailed_codes.py.
RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "10/5m/key",  # key: account and address together
    "login_failed_anywhere": "200/h/key",  # key: account
    "signup": "120/m/ip",
    "request_login_code": "300/m/ip",
    "reset_password": "300/m/ip",
    "reset_password_from_key": "300/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "confirm_email": "1/10s/key",
    "own_code": "3/5m/user,10/d/user",  # codes of our own pages: a telephone, erasing
}


def sign_in_settings(*, https: bool) -> dict[str, Any]:
    """Everything that does not differ between places, but for HTTPS."""
    return {
        "ACCOUNT_ADAPTER": "accounts.adapter.AccountAdapter",
        "ACCOUNT_FORMS": {
            "signup": "accounts.forms.SignUpForm",
            "login": "accounts.forms.SignInForm",
            "request_login_code": "accounts.forms.CodeRequestForm",
            "reset_password": "accounts.forms.ResetRequestForm",
            "confirm_login_code": "accounts.mailed_code_forms.SignInCodeForm",
            "confirm_email_verification_code": "accounts.mailed_code_forms.EmailCodeForm",
            "confirm_password_reset_code": "accounts.mailed_code_forms.ResetCodeForm",
        },
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*"],
        "ACCOUNT_UNIQUE_EMAIL": True,
        "ACCOUNT_CHANGE_EMAIL": True,  # one address; a new one counts when its code came back
        "ACCOUNT_EMAIL_VERIFICATION": "mandatory",
        "ACCOUNT_EMAIL_NOTIFICATIONS": True,
        "ACCOUNT_PREVENT_ENUMERATION": True,
        "ACCOUNT_REAUTHENTICATION_REQUIRED": True,
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 300,
        "ACCOUNT_SESSION_REMEMBER": True,
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL": "https" if https else "http",
        "ACCOUNT_RATE_LIMITS": RATE_LIMITS,
        "MFA_ADAPTER": "accounts.adapter.MfaAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_FORMS": {
            "authenticate": "accounts.forms.FactorCodeForm",
            "reauthenticate": "accounts.forms.FactorCodeAgainForm",
            "activate_totp": "accounts.forms.AppForm",
            "add_webauthn": "accounts.forms.PasskeyForm",
        },
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_PASSKEY_SIGNUP_ENABLED": False,  # a lost device would be a lost account: first an address
        "MFA_RECOVERY_CODES_SHOW_ONCE": True,
        "MFA_TOTP_ISSUER": "NEXUS",
        "MFA_TOTP_TOLERANCE": 1,  # one step of 30 s: clocks of old phones are off
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": not https,  # localhost of the demo and the tests
        "MFA_RATE_LIMITS": {"webauthn_login": "300/m/ip"},
        "USERSESSIONS_TRACK_ACTIVITY": False,  # a row for each page read would be a diary of the person
        "SOCIALACCOUNT_ADAPTER": "accounts.adapter.OutsideAccountAdapter",
        "SOCIALACCOUNT_STORE_TOKENS": False,
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION": False,  # a foreign provider's word opens no account that is there
        **code_settings(seconds=600),
    }


def code_settings(*, seconds: int) -> dict[str, Any]:
    """Eight digits (or more: accounts/mailed_codes.py), three tries, valid for some seconds, in each flow."""
    found: dict[str, Any] = {"ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND": 3}
    for flow, can_resend in CODED.items():
        found |= {
            f"ACCOUNT_{flow}_ENABLED": True,
            f"ACCOUNT_{flow}_TIMEOUT": seconds,
            f"ACCOUNT_{flow}_MAX_ATTEMPTS": 3,
            f"ACCOUNT_{flow}_FORMAT": {"numeric": True, "length": 8, "dashed": False},
        }
        if can_resend:
            found[f"ACCOUNT_{flow}_SUPPORTS_RESEND"] = 3
    return found


@dataclass(slots=True)
class Outside:
    """Apps and configuration of the providers that are switched on.

    `origins` are where the form of a sign-in may lead on to: browsers hold `form-action` for redirects too.
    """

    apps: list[str] = field(default_factory=list)
    providers: dict[str, Any] = field(default_factory=dict)
    origins: list[str] = field(default_factory=list)


def outside_providers(env: Environment) -> Outside:
    """Google and Apple by their identifiers, others by OIDC_PROVIDERS (JSON). Raises ImproperlyConfigured."""
    found = Outside()
    if client := env.text("GOOGLE_CLIENT_ID", ""):
        found.apps.append("allauth.socialaccount.providers.google")
        app = {"client_id": client, "secret": env.text("GOOGLE_CLIENT_SECRET"), "key": ""}
        found.origins.append("https://accounts.google.com")
        found.providers["google"] = {"APPS": [app], "SCOPE": ["openid", "email"], "OAUTH_PKCE_ENABLED": True}
    if client := env.text("APPLE_CLIENT_ID", ""):
        found.apps.append("allauth.socialaccount.providers.apple")
        apple: dict[str, Any] = {
            "client_id": client,
            "secret": env.text("APPLE_KEY_ID"),
            "key": env.text("APPLE_TEAM_ID"),
            "settings": {"certificate_key": env.text("APPLE_CERTIFICATE_KEY").replace("\\n", "\n")},
        }
        found.origins.append("https://appleid.apple.com")
        found.providers["apple"] = {"APPS": [apple], "SCOPE": ["email"]}
    if text := env.text("OIDC_PROVIDERS", ""):
        found.apps.append("allauth.socialaccount.providers.openid_connect")
        apps = _oidc(text)
        found.origins += [_origin(app["settings"]["server_url"]) for app in apps]
        found.providers["openid_connect"] = {"APPS": apps, "OAUTH_PKCE_ENABLED": True}
    return found


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _oidc(text: str) -> list[dict[str, Any]]:
    try:
        return [
            {
                "provider_id": entry["id"],
                "name": entry["name"],
                "client_id": entry["client_id"],
                "secret": entry["secret"],
                "settings": {"server_url": entry["server_url"]},
            }
            for entry in json.loads(text)
        ]
    except (ValueError, TypeError, KeyError) as error:
        raise ImproperlyConfigured(
            "OIDC_PROVIDERS must be a JSON list of objects with id, name, client_id, secret and server_url"
        ) from error
