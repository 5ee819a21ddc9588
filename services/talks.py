"""Where a sensitive topic can be talked about with a counsellor: an app above this one says it, in `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable

from services.models import Category

Way = Callable[[Category], str]
_ways: list[Way] = []


def register(way: Way) -> None:
    """Add a way from a topic to the address of a booking, or to nothing; a second time changes nothing."""
    if way not in _ways:
        _ways.append(way)


def talk_about(category: Category) -> str:
    """The first address that somebody knows; empty where there is none."""
    return next((address for way in _ways if (address := way(category))), "")
