"""A member's own appointments, and the way to a booking without an account: reference and contact."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import member, member_page
from common import work
from common.answers import SeeOther
from common.forms import posted
from common.text import fold
from counselling import limits
from counselling.forms.booking import FindForm
from counselling.identity import person_key
from counselling.models import Appointment, Status, WaitingEntry
from counselling.states import AHEAD
from counselling.views.booking import view_address
from counselling.views.presenting import again_url, appointment_words, is_open, leave_address, links_of
from counselling.visitors import visitor_from

PAST_SHOWN = 20
NOT_FOUND = _("We found no booking with this reference and this contact. Look at both once more, or call us.")


@require_safe
@member_page
def my_appointments(request: HttpRequest) -> HttpResponse:
    """What lies ahead, what one waits for, what was."""
    user, now = member(request), timezone.now()
    rows = Appointment.objects.visible_to(user).select_related("reason", "shopfront", "counsellor")
    ahead = rows.filter(status__in=AHEAD, ends_at__gt=now).order_by("starts_at")
    past = rows.exclude(status__in=AHEAD, ends_at__gt=now).order_by("-starts_at")[:PAST_SHOWN]
    context = {
        "ahead": [_line(row) for row in ahead],
        "past": [_line(row) for row in past],
        "waiting": [
            {"entry": entry, "leave_url": leave_address(entry)}
            for entry in WaitingEntry.objects.open().filter(member=user).select_related("reason", "shopfront")
        ],
    }
    return render(request, "counselling/my_appointments.html", context)


def _line(row: Appointment) -> dict[str, Any]:
    return appointment_words(row) | links_of(row) | {"is_open": is_open(row), "again_url": again_url(row)}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appointment_find(request: HttpRequest) -> HttpResponse:
    """Open a booking by its reference and what was left with it."""
    form = FindForm(posted(request))
    if request.method == "POST" and form.is_valid():
        limits.count_press("find", visitor_from(request))
        found = _find(form) if _has_worked(request) else None
        if found is not None:
            return SeeOther(view_address(found))
        form.add_error(None, str(NOT_FOUND))
    context = {"form": form, "challenge": work.challenge() if _needs_work(request) else ""}
    return render(request, "counselling/appointment_find.html", context, status=422 if form.is_bound else 200)


def _needs_work(request: HttpRequest) -> bool:
    return limits.needs_work("find", limits.FIND_AT, visitor_from(request))


def _has_worked(request: HttpRequest) -> bool:
    return not _needs_work(request) or work.is_worked(request.POST.get("proof", ""))


def _find(form: FindForm) -> Appointment | None:
    rows = Appointment.objects.exclude(status__in=[Status.HELD, Status.MOVED]).exclude(reference="")
    found = rows.filter(reference=form.cleaned_data["reference"]).first()
    if found is None:
        return None
    email, phone = form.address()
    key = person_key(email=email, phone=phone)
    if found.person_key:
        return found if key == found.person_key else None
    return found if fold(form.cleaned_data["contact"]) == fold(found.name) else None
