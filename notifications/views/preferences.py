"""What a person wants to be told, how and when."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import member, member_page
from accounts.models import User
from common.answers import see_other
from notifications import actions
from notifications.forms import NO_END, PauseForm, PreferencesForm, PushForm, ScheduleForm
from notifications.models import PushSubscription, Schedule

PAGE = "notifications:preferences"


def _context(user: User, **forms: Any) -> dict[str, Any]:
    schedule = Schedule.objects.filter(user=user).first() or Schedule(user=user)
    paused = schedule.paused_until
    return {
        "form": forms.get("form") or PreferencesForm(user=user),
        "schedule_form": ScheduleForm(instance=schedule),
        "pause_form": PauseForm(),
        "paused_until": paused if paused and paused > timezone.now() else None,
        "has_no_end": paused == NO_END,
        "devices": PushSubscription.objects.filter(user=user).order_by("-created_at"),
        "vapid_key": settings.VAPID_PUBLIC_KEY,
    } | forms


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def preferences(request: HttpRequest) -> HttpResponse:
    """The matrix, quiet hours, pause and devices; POST saves the matrix."""
    user = member(request)
    if request.method != "POST":
        return render(request, "notifications/preferences.html", _context(user))
    form = PreferencesForm(request.POST, user=user)
    if form.is_valid():
        actions.set_preferences(user=user, wishes=form.chosen())
        messages.success(request, gettext("Saved."))
        return see_other(PAGE)
    return render(request, "notifications/preferences.html", _context(user, form=form), status=422)


@require_POST
@member_page
def schedule(request: HttpRequest) -> HttpResponse:
    """Save quiet hours and the hour of digests."""
    user = member(request)
    kept = Schedule.objects.filter(user=user).first() or Schedule(user=user)
    form = ScheduleForm(request.POST, instance=kept)
    if form.is_valid():
        actions.set_schedule(schedule=form.save(commit=False))
        messages.success(request, gettext("Saved."))
        return see_other(PAGE)
    return render(request, "notifications/preferences.html", _context(user, schedule_form=form), status=422)


@require_POST
@member_page
def pause(request: HttpRequest) -> HttpResponse:
    """Begin a pause, or end it when no length is sent."""
    user, form = member(request), PauseForm(request.POST)
    if request.POST.get("resume"):
        actions.resume(user=user)
        messages.success(request, gettext("The pause is over."))
    elif form.is_valid():
        actions.pause(user=user, until=form.until())
        messages.success(
            request,
            gettext("Messages are paused. You will still get messages about the safety of your account."),
        )
    else:
        return render(request, "notifications/preferences.html", _context(user, pause_form=form), status=422)
    return see_other(PAGE)


@require_POST
@member_page
def push_subscribe(request: HttpRequest) -> HttpResponse:
    """Keep this browser (JSON: endpoint, keys); 422 for what is no browser's word."""
    try:
        sent: Any = json.loads(request.body)
        fields = {**sent["keys"], "endpoint": sent["endpoint"]}
    except (ValueError, TypeError, KeyError, RecursionError, RawPostDataException):
        return JsonResponse(
            {"error": "form"}, status=400
        )  # the last: it came as a form, which was read already
    form = PushForm(fields)
    if not form.is_valid():
        return JsonResponse({"error": "form"}, status=422)
    device = request.headers.get("User-Agent", "")
    actions.subscribe_push(user=member(request), device=device, **form.cleaned_data)
    return JsonResponse({"ok": True}, status=201)


@require_POST
@member_page
def push_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a device."""
    actions.remove_push(user=member(request), pk=pk)
    messages.success(request, gettext("This device gets no more messages."))
    return see_other(PAGE)
