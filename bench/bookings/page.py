"""Weight of the page of free times as the server sends it: four shop-fronts, twelve counsellors, a clock abroad too."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator

from bench.bookings.office import open_office
from bench.bookings.places import in_a_copy
from bench.harness import CannotMeasureError, Result, within
from bench.server import serving
from shopfronts.models import ShopFront

EACH, HORIZON = 3, 60
MOST_KILOBYTES = 15.0
BROWSERS = "gzip, deflate, br"  # what every browser of today accepts
LANGUAGES = ("ro", "ru", "en")
ZONES = ("", "&zone=America/New_York")  # with another clock each time stands twice
TIMES = "/{language}/appointments/book/any/{reason}/times/?language=ro&mode=in_person{zone}"


def run() -> Iterator[Result]:
    """The heaviest of three languages with and without another clock."""
    with in_a_copy("page") as address:
        office = open_office(list(ShopFront.objects.all()), each=EACH, horizon_days=HORIZON)
        paths = [
            TIMES.format(language=language, reason=office.reason.number, zone=zone)
            for language in LANGUAGES
            for zone in ZONES
        ]
        with serving(DATABASE_URL=address) as server:
            sizes = [_size(f"{server.origin}{path}", BROWSERS) for path in paths]
            yield within("bookings.page", max(sizes) / 1000, MOST_KILOBYTES, "KB")
            plain = max(_size(f"{server.origin}{path}", "identity") for path in paths)
            yield Result("bookings.page_plain", plain / 1000, MOST_KILOBYTES, "KB", 0, at_least=True)


def _size(address: str, encoding: str) -> int:
    """Bytes of the body on the wire."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": encoding})  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
        body = response.read()
        encoded = response.headers.get("Content-Encoding", "identity")
    if encoded == "identity" and b'name="slot"' not in body:
        raise CannotMeasureError(f"{address} shows no free time.")
    return len(body)
