"""What apps above this one show on the page of a counter, right under its headline.

Apps import only downwards, so the page cannot ask for their parts: they hand them in, in `AppConfig.ready()`.
The page is kept and shared: a part is the same for everyone, and names no person. What changes from minute to
minute belongs in a fragment that the part fetches.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.safestring import SafeString

from shopfronts.models import ShopFront

Part = Callable[[ShopFront], SafeString]
_parts: list[Part] = []


def register(part: Part) -> None:
    """Add a part after those that are there; a second time changes nothing."""
    if part not in _parts:
        _parts.append(part)


def parts_of(shopfront: ShopFront) -> list[SafeString]:
    """The parts for a counter, in their order, without those that have nothing to say."""
    return [html for part in _parts if (html := part(shopfront))]
