"""Who waits for a place at the shop-front."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from counselling import actions
from counselling.models import Offer, WaitingEntry
from counselling.views.desk.place import Desk, desk_page, see_other, show
from counselling.wording import clock, day_and_time
from services.labels import language_name
from shopfronts.models import OpeningHours


@dataclass(frozen=True, slots=True)
class Waiter:
    """An entry with its words; `offered` is empty without an open offer."""

    entry: WaitingEntry
    days: str
    language: str
    instead_of: str
    offered: str
    until: str


def _entries(desk: Desk) -> QuerySet[WaitingEntry]:
    rows = WaitingEntry.objects.open().filter(Q(shopfront=None) | Q(shopfront=desk.shopfront))
    return rows.filter(until_on__gte=timezone.localdate(timezone=desk.zone))


def _waiter(entry: WaitingEntry, desk: Desk) -> Waiter:
    zone = desk.zone
    days = [str(day.label) for day in OpeningHours.Weekday if day.value in entry.weekdays]
    offer: Offer | None = next(iter(entry.open_offers), None)  # type: ignore[attr-defined]  # prefetched
    replaced = entry.instead_of
    return Waiter(
        entry=entry,
        days=", ".join(days) if len(days) < len(OpeningHours.Weekday) else _("any day"),
        language=language_name(entry.language, get_language() or "ro"),
        instead_of=day_and_time(replaced.starts_at, replaced.shopfront.zone) if replaced else "",
        offered=day_and_time(offer.starts_at, zone) if offer else "",
        until=clock(offer.expires_at, zone) if offer else "",
    )


@require_safe
@desk_page
def waiting_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """In the order in which places are offered."""
    offers = Prefetch("offers", Offer.objects.filter(status=Offer.Status.OPEN), to_attr="open_offers")
    rows = _entries(desk).select_related("reason", "instead_of__shopfront").prefetch_related(offers)
    waiters = [_waiter(entry, desk) for entry in rows.order_by("created_at", "pk")]
    return show(request, desk, "waiting_list.html", {"waiters": waiters})


@require_POST
@desk_page
def waiting_remove(request: HttpRequest, desk: Desk, pk: uuid.UUID) -> HttpResponse:
    """Take someone off the list; an open offer goes to the next."""
    entry = get_object_or_404(_entries(desk), pk=pk)
    if actions.leave_waiting_list(entry=entry):
        messages.success(request, _("Removed from the waiting list."))
    return see_other("waiting_list", at=desk.shopfront.slug)
