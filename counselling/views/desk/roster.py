"""The roster of a shop-front: shifts by counsellor and weekday, and what each counsellor does."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.forms import posted
from counselling import actions
from counselling.forms.desk import spoken_at
from counselling.forms.roster import CounsellorForm, EndShiftForm, NewCounsellorForm, ShiftForm
from counselling.models import Counsellor, Shift, colleagues_at
from counselling.views.desk.conflicts import tell_of_conflicts
from counselling.views.desk.place import Desk, manager_page, see_other, show
from services.labels import language_name
from shopfronts.models import OpeningHours


@dataclass(frozen=True, slots=True)
class Line:
    """A counsellor's week at the shop-front."""

    counsellor: Counsellor
    languages: list[str]
    reasons: list[str]
    days: list[tuple[OpeningHours.Weekday, list[Shift]]]


def _lines(desk: Desk) -> list[Line]:
    shifts: dict[tuple[uuid.UUID, int], list[Shift]] = defaultdict(list)
    rows = Shift.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=timezone.localdate(timezone=desk.zone)),
        shopfront=desk.shopfront,
    )
    for shift in rows:
        shifts[shift.counsellor_id, shift.weekday].append(shift)
    inside = get_language() or "ro"
    return [
        Line(
            counsellor=one,
            languages=[language_name(code, inside) for code in one.languages],
            reasons=[str(reason) for reason in one.reasons.all()],
            days=[(day, shifts[one.pk, day.value]) for day in OpeningHours.Weekday],
        )
        for one in Counsellor.objects.of(desk.shopfront).prefetch_related("reasons")
    ]


@require_safe
@manager_page
def roster(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Everyone's week."""
    without = colleagues_at(desk.shopfront).filter(counsellor=None)
    context = {
        "lines": _lines(desk),
        "weekdays": OpeningHours.Weekday,
        "today": timezone.localdate(timezone=desk.zone),
        "can_add": without.exists(),
    }
    return show(request, desk, "roster.html", context)


def _shift_page(request: HttpRequest, desk: Desk, form: ShiftForm, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return show(request, desk, "shift.html", {"form": form} | context, status=status)


def _save_shift(request: HttpRequest, desk: Desk, form: ShiftForm) -> bool:
    """Whether the shift was saved; what is wrong with it stands in the form."""
    if not form.is_valid():
        return False
    try:
        shift = actions.save_shift(shift=form.instance, by=desk.user)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    tell_of_conflicts(request, desk, shift.counsellor, _("The shift is saved."))
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@manager_page
def shift_add(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A new shift; the address may name counsellor and weekday."""
    initial = {
        "counsellor": request.GET.get("counsellor"),
        "weekday": request.GET.get("weekday"),
        "valid_from": timezone.localdate(timezone=desk.zone),
        "every_weeks": 1,
    }
    form = ShiftForm(
        posted(request),
        instance=Shift(shopfront=desk.shopfront),
        counsellors=Counsellor.objects.of(desk.shopfront),
        initial=initial,
    )
    if request.method == "POST" and _save_shift(request, desk, form):
        return see_other("roster", at=desk.shopfront.slug)
    return _shift_page(request, desk, form)


def _shift(desk: Desk, pk: uuid.UUID) -> Shift:
    rows = Shift.objects.filter(shopfront=desk.shopfront).select_related("counsellor", "shopfront")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@manager_page
def shift(request: HttpRequest, desk: Desk, pk: uuid.UUID) -> HttpResponse:
    """Change a shift."""
    found = _shift(desk, pk)
    form = ShiftForm(posted(request), instance=found, counsellors=Counsellor.objects.of(desk.shopfront))
    if request.method == "POST" and _save_shift(request, desk, form):
        return see_other("roster", at=desk.shopfront.slug)
    end_form = EndShiftForm(initial={"last_day": timezone.localdate(timezone=desk.zone)})
    return _shift_page(request, desk, form, shift=found, end_form=end_form)


@require_POST
@manager_page
def shift_end(request: HttpRequest, desk: Desk, pk: uuid.UUID) -> HttpResponse:
    """Let a shift end on a day; one that has not begun by then goes away. Bookings stay."""
    found, end_form = _shift(desk, pk), EndShiftForm(request.POST)
    if end_form.is_valid():
        actions.end_shift(shift=found, last_day=end_form.cleaned_data["last_day"], by=desk.user)
        tell_of_conflicts(request, desk, found.counsellor, _("The last day of the shift is saved."))
        return see_other("roster", at=desk.shopfront.slug)
    form = ShiftForm(instance=found, counsellors=Counsellor.objects.of(desk.shopfront))
    context = {"form": form, "shift": found, "end_form": end_form}
    return show(request, desk, "shift.html", context, status=422)


def _save_counsellor(request: HttpRequest, desk: Desk, form: CounsellorForm) -> HttpResponse:
    saved = actions.save_counsellor(
        counsellor=form.instance, reasons=form.cleaned_data["reasons"], by=desk.user
    )
    tell_of_conflicts(request, desk, saved, _("%(name)s is saved.") % {"name": saved.name})
    return see_other("roster", at=desk.shopfront.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@manager_page
def counsellor(request: HttpRequest, desk: Desk, pk: uuid.UUID) -> HttpResponse:
    """Change what a counsellor does."""
    found = get_object_or_404(Counsellor.objects.of(desk.shopfront), pk=pk)
    name = found.name
    form = CounsellorForm(posted(request), instance=found, spoken=spoken_at(desk.choices))
    if request.method == "POST" and form.is_valid():
        return _save_counsellor(request, desk, form)
    context = {"form": form, "name": name}
    return show(request, desk, "counsellor.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@manager_page
def counsellor_add(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Let someone with a role here take people."""
    users = colleagues_at(desk.shopfront).filter(counsellor=None)
    form = NewCounsellorForm(
        posted(request), users=users, spoken=spoken_at(desk.choices), initial={"languages": ["ro"]}
    )
    if request.method == "POST" and form.is_valid():
        return _save_counsellor(request, desk, form)
    context = {"form": form, "has_users": users.exists()}
    return show(request, desk, "counsellor.html", context, status=422 if form.is_bound else 200)
