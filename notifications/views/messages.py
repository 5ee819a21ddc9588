"""The list of messages, the bell, and what people do with a message."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import asked_by_an_open_page, member, member_page
from accounts.models import User
from common.answers import SeeOther, see_other
from common.message_kinds import Category
from common.page_cache import is_fragment
from notifications import actions
from notifications.forms import PlaceForm
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
    """Messages, unread before read, each the newest first; `?category=` shows one category."""
    user, place = member(request), PlaceForm(request.GET)
    rows = Notification.objects.visible_to(user).select_related("user")
    rows = rows.alias(is_new=Q(read_at__isnull=True)).order_by("-is_new", "-created_at", "pk")
    if place.about:
        rows = rows.filter(category=place.about)
    page = Paginator(rows, PER_PAGE).get_page(place.number)
    found = lines(page.object_list, get_language() or "ro")
    context = {
        "page": page,
        "groups": [
            (gettext("New"), [line for line in found if line.is_unread]),
            (gettext("Already read"), [line for line in found if not line.is_unread]),
        ],
        "unread": unread_count(user),
        "category": place.about,
        "is_fragment": is_fragment(request),
        "categories": [one for one in Category if one != Category.WORK or user.is_office],
    }
    template = "notifications/_list.html" if is_fragment(request) else "notifications/notification_list.html"
    return render(request, template, context)


@asked_by_an_open_page
@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """The head's corner for who is signed in; nothing for anyone else."""
    if not isinstance(request.user, User):
        return HttpResponse(status=204)
    count = unread_count(request.user)
    return render(request, "components/bell.html", {"count": count, "most": BELL_STOPS_AT})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def notification_open(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One message; POST marks it as read and goes where it leads."""
    row = get_object_or_404(Notification.objects.visible_to(member(request)).select_related("user"), pk=pk)
    language = get_language() or "ro"
    if request.method == "POST":
        actions.mark_read(notification=row)
        return SeeOther(f"/{language}{row.url}") if row.url else see_other("notifications:notification_list")
    found = lines([row], language)
    context = {"line": found[0] if found else None, "notification": row}
    return render(request, "notifications/notification_open.html", context)


@require_POST
@member_page
def notification_change(request: HttpRequest, pk: UUID, deed: str) -> HttpResponse:
    """Mark as read or unread, delete, or bring back; leads back to where in the list the person was."""
    user = member(request)
    rows = (
        Notification.objects.filter(user=user) if deed == "restore" else Notification.objects.visible_to(user)
    )
    row = get_object_or_404(rows, pk=pk)
    DONE[deed](notification=row)
    if deed == "delete":
        undo = reverse("notifications:notification_change", args=[row.pk, "restore"])
        messages.info(request, gettext("The message was deleted."), extra_tags=f"undo:{undo}")
    return SeeOther(reverse("notifications:notification_list") + PlaceForm(request.POST).query())


@require_POST
@member_page
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    actions.mark_all_read(user=member(request))
    return see_other("notifications:notification_list")
