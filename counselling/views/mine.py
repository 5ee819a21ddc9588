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
from common.counting import count
from common.forms import posted
from counselling import actions, limits
from counselling.forms.booking import FindForm
from counselling.identity import person_key
from counselling.models import Appointment, Status, WaitingEntry
from counselling.states import AHEAD
from counselling.views.booking import view_address
from counselling.views.presenting import again_url, appointment_words, is_open, leave_address, links_of
from counselling.views.sentences import WORK_FIRST
from counselling.visitors import known_visitor, visitor_from

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
    """Open a booking by its reference and what was left with it, or have its link sent again to who left it."""
    form = FindForm(posted(request))
    is_sent = False
    if request.method == "POST" and form.is_valid():
        limits.count_press("find", visitor_from(request))
        found = _found(form.cleaned_data["reference"])
        if not _has_worked(request):  # nothing was looked for
            form.add_error(None, str(WORK_FIRST))
        elif "send" in request.POST:
            is_sent = True  # the same for every reference
            if found is not None:
                actions.send_link_again(appointment=found)
        elif found is not None and _opens(request, form, found):
            return SeeOther(view_address(found))
        else:
            form.add_error(None, str(NOT_FOUND))
    context = {
        "form": form,
        "is_sent": is_sent,
        "challenge": work.challenge() if _needs_work(request) else "",
    }
    status = 422 if form.is_bound and not is_sent else 200
    return render(request, "counselling/appointment_find.html", context, status=status)


def _needs_work(request: HttpRequest) -> bool:
    return limits.needs_work("find", limits.FIND_AT, visitor_from(request))


def _has_worked(request: HttpRequest) -> bool:
    return not _needs_work(request) or work.is_worked(request.POST.get("proof", ""))


def _found(reference: str) -> Appointment | None:
    rows = Appointment.objects.exclude(status__in=[Status.HELD, Status.MOVED]).exclude(reference="")
    return rows.filter(reference=reference).select_related("reason", "shopfront", "member", "contact").first()


def _opens(request: HttpRequest, form: FindForm, found: Appointment) -> bool:
    """Whether what was typed opens it: the address that was left with it; where none was, the browser that booked it.

    A first name would be guessed in a few tries. Colleagues find it at the desk.
    """
    if count(f"find-reference:{found.reference}", seconds=limits.HOUR) > limits.REFERENCE_AT:
        return False
    if not found.person_key:
        return bool(found.visitor_key) and found.visitor_key == known_visitor(request)
    email, phone = form.address()
    return person_key(email=email, phone=phone) == found.person_key
