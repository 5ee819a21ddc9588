"""A counsellor's appointments in their own calendar: a secret address that can be taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from counselling import actions, calendars
from counselling.calendars import Entry
from counselling.models import Appointment, Counsellor, Mode, Status
from counselling.states import CANCELLED
from counselling.views.desk.place import Desk, desk_page, see_other, show

FRESH = "desk.feed"  # the token, in the session until it is shown, once
BACK, AHEAD = dt.timedelta(days=30), dt.timedelta(days=366)  # no reason is bookable further ahead


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def feed(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Make the address, or a new one; it is shown once, right after."""
    if request.method == "POST":
        if desk.counsellor is None:
            raise PermissionDenied
        request.session[FRESH] = actions.renew_feed(counsellor=desk.counsellor)
        return see_other("feed")
    token = request.session.pop(FRESH, "") if request.method == "GET" else ""
    url = f"{settings.BASE_URL}{reverse('counsellor_feed', args=[token])}" if token else ""
    return show(request, desk, "feed.html", {"address": url})


@require_POST
@desk_page
def feed_revoke(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Shut the address."""
    if desk.counsellor is None:
        raise PermissionDenied
    actions.revoke_feed(counsellor=desk.counsellor)
    messages.success(request, _("The address is turned off: your calendar gets no more updates."))
    return see_other("feed")


@require_safe
@never_cache
def counsellor_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar itself (RFC 5545), for whoever has the address; a machine reads it, so 404 is a bare one."""
    counsellor = actions.counsellor_of_feed(token)
    if counsellor is None:
        return HttpResponse(status=404, content_type="text/plain")
    with translation.override(counsellor.user.language):
        body = calendars.feed(_entries(_rows(counsellor)), name=_("NEXUS appointments"))
    response = HttpResponse(body, content_type=f"{calendars.MEDIA_TYPE}; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="nexus.ics"'
    response["X-Robots-Tag"] = "noindex"
    return response


def _rows(counsellor: Counsellor) -> Iterable[Appointment]:
    now = timezone.now()
    rows = Appointment.objects.filter(
        counsellor=counsellor, kind=Appointment.Kind.BOOKED, starts_at__range=(now - BACK, now + AHEAD)
    )
    rows = rows.exclude(status=Status.HELD).select_related("shopfront", "counsellor")
    # A booking that was moved has a row a version: of those with this counsellor the newest counts.
    newest = {row.booking_id: row for row in rows.order_by("sequence")}
    return sorted(newest.values(), key=lambda row: (row.starts_at, row.reference))


def _entries(rows: Iterable[Appointment]) -> Iterable[Entry]:
    for row in rows:
        is_moved_away = row.status == Status.MOVED  # to a colleague
        yield Entry(
            booking_id=row.booking_id,
            sequence=row.sequence + is_moved_away,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            place=row.shopfront.name if row.mode == Mode.IN_PERSON else row.video_room,
            url=f"{settings.BASE_URL}{reverse('desk:appointment', args=[row.pk])}",
            stamped_at=row.over_at or row.created_at,
            is_cancelled=is_moved_away or row.status in CANCELLED,
            title=" ".join((_("NEXUS appointment"), row.reference)),
        )
