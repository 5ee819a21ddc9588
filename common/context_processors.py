"""What every page needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_from_path


def site(request: HttpRequest) -> dict[str, Any]:
    """Origin, language in force, and the same page in each language (`url` keeps the query, `path` does not)."""
    address = request.get_full_path()
    match = request.resolver_match
    return {
        "section": (match.url_name or "").split("_")[0] if match else "",  # which entry of the menu is lit
        "base_url": settings.BASE_URL,
        "language": get_language() or settings.LANGUAGE_CODE,
        "alternates": [
            {
                "code": code,
                "name": name,
                "url": _in_language(address, code),
                "path": _in_language(request.path, code),
            }
            for code, name in settings.LANGUAGES
        ],
    }


def _in_language(address: str, code: str) -> str:
    """An address in another language; only its first part differs, so no route has to be worked out."""
    return f"/{code}{address[3:]}" if get_language_from_path(address) else address
