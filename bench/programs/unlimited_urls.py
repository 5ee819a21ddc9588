"""The bench's routes without the limits of bookings (here thousands come from one address), and a bare booking."""

from __future__ import annotations

import re
from functools import cache

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from bench.bookings.bare import CHECK, INSERT, LOCK
from bench.urls import handler400, handler403, handler404, handler500
from bench.urls import urlpatterns as product
from counselling import limits
from counselling.actions import admitting, booking
from counselling.models import Counsellor, Reason
from shopfronts.models import ShopFront

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

limits.PRESSES = admitting.MOST_HELD = admitting.MOST_AHEAD = 1_000_000_000
booking.check_day = lambda _row: None
BEYOND = 2_000_000_000  # places that pgbench does not reach
STATEMENTS = [re.sub(r"(?<!:):([a-z]+)", r"%(\1)s", statement) for statement in (LOCK, CHECK, INSERT)]


@cache
def office() -> tuple[int, str, str]:
    """How many counsellors there are, a reason, a shop-front."""
    shopfront = ShopFront.objects.get(slug="bench-00")
    return Counsellor.objects.count(), str(Reason.objects.get(key="bench").pk), str(shopfront.pk)


@require_POST
def bare(request: HttpRequest, number: int) -> HttpResponse:
    """The statements of pgbench behind every middleware of the product: what no view of it can be quicker than."""
    counsellors, reason, shopfront = office()
    turn, who = divmod(BEYOND + number, counsellors)
    facts = {"who": who, "turn": turn, "place": BEYOND + number, "reason": reason, "shopfront": shopfront}
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement, facts)
    return HttpResponse(status=204)


urlpatterns = [path("bare/<int:number>", bare), *product]
