"""Bookings that the roster no longer fits, for the manager to move or to cancel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from common.forms import posted
from counselling import actions, policies
from counselling import conflicts as finding
from counselling.conflicts import Conflict
from counselling.errors import IllegalStepError
from counselling.forms.desk import WhyForm
from counselling.models import Counsellor
from counselling.views.desk.place import Desk, desk_page, see_other, show
from counselling.views.sentences import untold
from counselling.wording import clock


def _day(conflict: Conflict) -> dt.date:
    row = conflict.appointment
    return timezone.localdate(row.starts_at, row.shopfront.zone)


def _timed(found: Iterable[Conflict]) -> list[tuple[str, Conflict]]:
    return [(clock(each.appointment.starts_at, each.appointment.shopfront.zone), each) for each in found]


def _untold(found: list[Conflict]) -> list[tuple[str, Conflict, str]]:
    """With the time before and, of whom no message will reach, what to do instead."""
    instead = untold([each.appointment for each in found], "cancelled")
    return [(time, each, words) for (time, each), words in zip(_timed(found), instead, strict=True)]


def _scope(desk: Desk) -> frozenset[str]:
    """Where the person is a manager. Raises PermissionDenied for who is none anywhere."""
    scope = policies.manager_scope(desk.user)
    if not scope:
        raise PermissionDenied
    return scope


@require_safe
@desk_page
def conflicts(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All of the manager's shop-fronts, by day."""
    found = finding.find(_scope(desk))
    days = [(day, _timed(rows)) for day, rows in groupby(found, _day)]
    return show(request, desk, "conflicts.html", {"days": days, "count": len(found)})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def cancel_day(request: HttpRequest, desk: Desk, year: int, month: int, day: int) -> HttpResponse:
    """Cancel what no longer fits on one day: those that were shown, and still meet something."""
    scope = _scope(desk)
    try:
        on = dt.date(year, month, day)
    except (ValueError, OverflowError):
        return see_other("conflicts")
    found = [each for each in finding.find(scope) if _day(each) == on]
    form = WhyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        shown = set(request.POST.getlist("key"))
        count = _cancel(desk, [each for each in found if str(each.appointment.pk) in shown], form)
        words = ngettext("%(count)d booking was cancelled.", "%(count)d bookings were cancelled.", count)
        messages.success(request, words % {"count": count})
        return see_other("conflicts")
    if not found:
        return see_other("conflicts")
    context = {"on": on, "rows": _untold(found), "form": form}
    return show(request, desk, "cancel_day.html", context, status=422 if form.is_bound else 200)


def _cancel(desk: Desk, found: Iterable[Conflict], form: WhyForm) -> int:
    count = 0
    for each in found:
        try:
            actions.cancel_appointment(
                appointment=each.appointment, by=desk.actor, reason=form.cleaned_data["why"]
            )
        except IllegalStepError:  # the client, or a colleague, was faster
            continue
        count += 1
    return count


def tell_of_conflicts(request: HttpRequest, desk: Desk, counsellor: Counsellor, done: str) -> None:
    """Say what was done, and how many bookings of a counsellor no longer fit."""
    count = len(finding.find(desk.scope, counsellor.pk))
    if not count:
        messages.success(request, done)
        return
    words = ngettext("%(count)d booking no longer fits.", "%(count)d bookings no longer fit.", count) % {
        "count": count
    }
    if desk.is_manager:
        address = reverse("desk:conflicts")
        messages.warning(
            request, format_html('{} {} <a href="{}">{}</a>', done, words, address, _("Look at them"))
        )
    else:
        messages.warning(request, f"{done} {words} {_who_is_told(desk)}")


def _who_is_told(desk: Desk) -> str:
    told = actions.who_is_told(desk.shopfront.slug)
    if told is actions.Told.MANAGER:
        return _("The manager has been told.")
    if told is actions.Told.ADMINISTRATOR:
        return _("This shop-front has no manager: the administrator has been told.")
    return _("Nobody could be told: this shop-front has no manager. Please tell a colleague.")
