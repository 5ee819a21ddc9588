"""What a browser calls itself, as people call it: "Chrome, Android". No I/O."""

from __future__ import annotations

import re

# The first that fits counts: nearly all call themselves Mozilla, Chrome and Safari too.
BROWSERS = (
    (r"Edg(?:e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"YaBrowser/", "Yandex Browser"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"(?:Headless)?Chrome/|CriOS/", "Chrome"),
    (r"Safari/", "Safari"),
)
SYSTEMS = (
    (r"Android", "Android"),
    (r"iPhone|iPod", "iPhone"),
    (r"iPad", "iPad"),
    (r"Windows", "Windows"),
    (r"Mac OS X|Macintosh", "macOS"),
    (r"CrOS", "ChromeOS"),
    (r"Linux", "Linux"),
)


def in_words(user_agent: str) -> str:
    """Browser and system; the beginning of the text itself when neither is known."""
    found = (
        next((name for pattern, name in names if re.search(pattern, user_agent)), "")
        for names in (BROWSERS, SYSTEMS)
    )
    return ", ".join(filter(None, found)) or user_agent[:60]
