"""What every page needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language


def site(request: HttpRequest) -> dict[str, Any]:
    """Origin, language in force, and the same page in each language (query kept)."""
    address = request.get_full_path()
    match = request.resolver_match
    return {
        "section": (match.url_name or "").split("_")[0] if match else "",  # which entry of the menu is lit
        "base_url": settings.BASE_URL,
        "language": get_language() or settings.LANGUAGE_CODE,
        "alternates": [
            {"code": code, "name": name, "url": translate_url(address, code)}
            for code, name in settings.LANGUAGES
        ],
    }
