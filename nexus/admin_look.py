"""How the curators' admin looks (django-unfold); no environment variable plays a part."""

from typing import Any

from django.utils.translation import gettext_lazy as _

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "NEXUS",
    "SITE_HEADER": "NEXUS",
    "SITE_SYMBOL": "hub",
    "COLORS": {  # the blue of the public pages, from the lightest to the darkest
        "primary": {
            "50": "#e9eff9",
            "100": "#d5e1f5",
            "200": "#b0c8ec",
            "300": "#85a9e0",
            "400": "#4f80cd",
            "500": "#2f65c4",
            "600": "#123f8c",
            "700": "#0f3576",
            "800": "#0b2d68",
            "900": "#08214d",
            "950": "#05142f",
        }
    },
    "SITE_URL": "/",
    "SHOW_HISTORY": True,
    "EXTENSIONS": {"modeltranslation": {"flags": {"ro": "RO", "ru": "RU", "en": "EN"}}},
    "LOGIN": {"redirect_after": None},
    "SITE_SUBHEADER": _("Catalogue"),
}
