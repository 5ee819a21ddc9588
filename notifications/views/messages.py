"""The list of messages, the bell, and what people do with a message."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import member, member_page
from accounts.models import User
from common.message_kinds import Category
from common.page_cache import is_fragment
from notifications import actions
from notifications.models import Notification
from notifications.presenting import BELL_STOPS_AT, lines, unread_count

PER_PAGE = 20
DONE = {
    "read": actions.mark_read,
    "unread": actions.mark_unread,
    "delete": actions.delete_notification,
    "restore": actions.restore_notification,
}


@require_safe
@member_page
def notification_list(request: HttpRequest) -> HttpResponse:
    """Messages, the newest first; `?category=` shows one category."""
    user, category = member(request), request.GET.get("category", "")
    rows = Notification.objects.visible_to(user).order_by("-created_at", "pk")
    if category in Category.values:
        rows = rows.filter(category=category)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": lines(page.object_list, get_language() or "ro"),
        "unread": unread_count(user),
        "category": category if category in Category.values else "",
        "categories": [one for one in Category if one != Category.WORK or user.is_office],
    }
    template = "notifications/_list.html" if is_fragment(request) else "notifications/notification_list.html"
    return render(request, template, context)


@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """The head's corner for who is signed in; nothing for anyone else."""
    if not isinstance(request.user, User):
        return HttpResponse(status=204)
    count = unread_count(request.user)
    context = {"count": count, "shown": f"{BELL_STOPS_AT}+" if count > BELL_STOPS_AT else str(count)}
    return render(request, "components/bell.html", context)


@require_POST
@member_page
def notification_open(request: HttpRequest, pk: str) -> HttpResponse:
    """Read a message and go where it leads."""
    row = get_object_or_404(Notification.objects.visible_to(member(request)), pk=pk)
    actions.mark_read(notification=row)
    language = get_language() or "ro"
    return redirect(f"/{language}{row.url}" if row.url else reverse("notifications:notification_list"))


@require_POST
@member_page
def notification_change(request: HttpRequest, pk: str, deed: str) -> HttpResponse:
    """Mark as read or unread, delete, or bring back."""
    user = member(request)
    rows = (
        Notification.objects.filter(user=user) if deed == "restore" else Notification.objects.visible_to(user)
    )
    row = get_object_or_404(rows, pk=pk)
    DONE[deed](notification=row)
    if deed == "delete":
        undo = reverse("notifications:notification_change", args=[row.pk, "restore"])
        messages.info(request, gettext("The message was deleted."), extra_tags=f"undo:{undo}")
    return redirect("notifications:notification_list")


@require_POST
@member_page
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    actions.mark_all_read(user=member(request))
    return redirect("notifications:notification_list")
