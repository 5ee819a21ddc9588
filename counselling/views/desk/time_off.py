"""Time off: one's own, and for managers everyone's at the shop-front."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.forms import posted
from counselling import actions, policies
from counselling.forms.roster import TimeOffForm
from counselling.models import Counsellor, TimeOff
from counselling.views.desk.conflicts import tell_of_conflicts
from counselling.views.desk.place import Desk, desk_page, see_other, show
from counselling.wording import stretch


@dataclass(frozen=True, slots=True)
class Away:
    """A row with its words."""

    row: TimeOff
    when: str


def _people(desk: Desk) -> QuerySet[Counsellor]:
    """Whose time off the person may write: everyone's of the shop-front, or their own."""
    if desk.is_manager:
        return Counsellor.objects.of(desk.shopfront)
    return Counsellor.objects.filter(user=desk.user)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def time_off(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What is ahead, and a form for more."""
    people = _people(desk)
    own = None if desk.is_manager else desk.counsellor
    can_add = own is not None or desk.is_manager
    form = TimeOffForm(posted(request), counsellors=people, own=own, zone=desk.zone)
    if request.method == "POST" and not can_add:
        raise PermissionDenied
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actions.add_time_off(
            counsellor=form.who,
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            note=data["note"],
            by=desk.user,
        )
        tell_of_conflicts(request, desk, form.who, _("The time off is noted."))
        return see_other("time_off", at=desk.shopfront.slug)
    rows = TimeOff.objects.filter(counsellor__in=people, ends_at__gt=timezone.now()).select_related(
        "counsellor"
    )
    away = [Away(row, stretch(row.starts_at, row.ends_at, desk.zone)) for row in rows]
    context = {"form": form, "away": away, "can_add": can_add}
    return show(request, desk, "time_off.html", context, status=422 if form.is_bound else 200)


@require_POST
@desk_page
def time_off_remove(request: HttpRequest, desk: Desk, pk: uuid.UUID) -> HttpResponse:
    """Be there after all."""
    rows = TimeOff.objects.filter(counsellor__in=_people(desk)).select_related("counsellor")
    row = get_object_or_404(rows, pk=pk)
    if not policies.can_remove_time_off(desk.user, row):
        raise PermissionDenied
    actions.remove_time_off(time_off=row, by=desk.user)
    messages.success(request, _("The time off is removed."))
    return see_other("time_off", at=desk.shopfront.slug)
