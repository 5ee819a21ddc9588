"""Providers from outside are switched on by the environment alone, and junk stops the start."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ImproperlyConfigured

from nexus.environment import Environment
from nexus.sign_in import CODED, outside_providers, sign_in_settings

NAMES = ("GOOGLE_CLIENT_ID", "APPLE_CLIENT_ID", "OIDC_PROVIDERS")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin without any of them."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_without_variables_there_is_no_provider() -> None:
    found = outside_providers(Environment())
    assert (found.apps, found.providers, found.origins) == ([], {}, [])


def test_google_apple_and_others_are_switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = {
        "id": "mpass",
        "name": "MPass",
        "client_id": "c",
        "secret": "s",
        "server_url": "https://mpass.example/realm",
    }
    for name, value in {
        "GOOGLE_CLIENT_ID": "g",
        "GOOGLE_CLIENT_SECRET": "s",
        "APPLE_CLIENT_ID": "a",
        "APPLE_KEY_ID": "k",
        "APPLE_TEAM_ID": "t",
        "APPLE_CERTIFICATE_KEY": "-----BEGIN\\nEND-----",
        "OIDC_PROVIDERS": json.dumps([mine]),
    }.items():
        monkeypatch.setenv(name, value)
    found = outside_providers(Environment())
    assert [app.rsplit(".", 1)[1] for app in found.apps] == ["google", "apple", "openid_connect"]
    assert found.providers["google"]["APPS"][0]["client_id"] == "g"
    assert "\n" in found.providers["apple"]["APPS"][0]["settings"]["certificate_key"]
    assert found.providers["openid_connect"]["APPS"][0]["provider_id"] == "mpass"
    assert found.origins == [
        "https://accounts.google.com",
        "https://appleid.apple.com",
        "https://mpass.example",
    ]


@pytest.mark.parametrize("text", ["nonsense", "{}1", '[{"id": "x"}]', "[1]", '{"id": 1}'])
def test_junk_stops_the_start(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OIDC_PROVIDERS", text)
    with pytest.raises(ImproperlyConfigured, match="OIDC_PROVIDERS"):
        outside_providers(Environment())


def test_a_secret_that_is_missing_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLIENT_ID", "g")
    monkeypatch.delenv("GOOGLE_CLIENT_SECRET", raising=False)
    with pytest.raises(ImproperlyConfigured, match="GOOGLE_CLIENT_SECRET"):
        outside_providers(Environment())


def test_codes_are_six_digits_for_ten_minutes_at_most() -> None:
    settings = sign_in_settings(https=True)
    for flow in CODED:
        assert settings[f"ACCOUNT_{flow}_TIMEOUT"] <= 600
        assert settings[f"ACCOUNT_{flow}_FORMAT"] == {"numeric": True, "length": 8, "dashed": False}
    assert settings["ACCOUNT_REAUTHENTICATION_REQUIRED"] is True
    assert settings["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"] is False
    by_address = [
        rate
        for rates in settings["ACCOUNT_RATE_LIMITS"].values()
        for rate in rates.split(",")
        if rate.endswith("/ip")
    ]
    assert all(int(rate.split("/")[0]) >= 60 for rate in by_address)  # a whole shop-front shares one
