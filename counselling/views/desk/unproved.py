"""Bookings that nothing proves: where they came from, and giving back those that a colleague chooses."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from counselling import actions
from counselling import unproved as finding
from counselling.forms.period import PeriodForm
from counselling.models import Appointment, AppointmentQuerySet, Status
from counselling.views.desk.place import Desk, desk_page, see_other, show
from counselling.wording import day_and_time


def _period(data: dict[str, str], desk: Desk) -> PeriodForm:
    return PeriodForm.of(data, zone=desk.zone)


def _rows(form: PeriodForm, desk: Desk) -> AppointmentQuerySet:
    return finding.rows_at(desk.shopfront, *form.days())


@require_safe
@desk_page
def unproved(request: HttpRequest, desk: Desk) -> HttpResponse:
    """By network and address, whoever holds most first; below, what was freed within a day."""
    form = _period(request.GET.dict(), desk)
    networks = finding.sheet(_rows(form, desk), desk.zone)
    freed = list(finding.freed_at(desk.shopfront).select_related("contact"))
    context = {
        "form": form,
        "networks": networks,
        "count": sum(network.count for network in networks),
        "freed": [_line(row, desk) for row in freed],
        "told": actions.told_of_freeing(freed),
    }
    return show(request, desk, "unproved.html", context)


def _line(row: Appointment, desk: Desk) -> tuple[str, Appointment]:
    return day_and_time(row.starts_at, desk.zone), row


@require_POST
@desk_page
def unproved_free(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask once more with what was chosen in view; answered, free it."""
    form = _period(request.POST.dict(), desk)
    rows = _chosen(request, _rows(form, desk))
    if "sure" in request.POST:
        freed = actions.free_unproved(rows=rows, keys=rows.values_list("pk", flat=True), by=desk.actor)
        messages.success(request, _said(freed))
        return see_other("unproved", at=desk.shopfront.slug, **form.query())
    chosen = list(rows.select_related("reason", "contact").order_by("starts_at", "pk"))
    if not chosen:
        messages.warning(request, _("Nothing was chosen."))
        return see_other("unproved", at=desk.shopfront.slug, **form.query())
    context = {
        "form": form,
        "rows": [_line(row, desk) for row in chosen],
        "holds": sum(row.status == Status.HELD for row in chosen),
        "told": actions.told_of_freeing([row for row in chosen if row.status == Status.BOOKED]),
    }
    return show(request, desk, "unproved_free.html", context)


def _chosen(request: HttpRequest, rows: AppointmentQuerySet) -> AppointmentQuerySet:
    """The single rows, and everything from the addresses and networks that were ticked."""
    data = request.POST
    keys = [key for key in map(_uuid, data.getlist("key")) if key is not None]
    origins, networks = filter(None, data.getlist("origin")), filter(None, data.getlist("network"))
    return rows.filter(Q(pk__in=keys) | Q(origin_key__in=list(origins)) | Q(network_key__in=list(networks)))


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _said(freed: actions.Freed) -> str:
    """What was done, in a sentence each."""
    cancelled, told = len(freed.cancelled), freed.told
    parts = [
        ngettext("%(count)d booking was cancelled.", "%(count)d bookings were cancelled.", cancelled)
        % {"count": cancelled},
        ngettext("%(count)d hold was ended.", "%(count)d holds were ended.", freed.holds)
        % {"count": freed.holds},
        ngettext("%(count)d person is told.", "%(count)d people are told.", told) % {"count": told},
    ]
    if freed.left:
        parts.append(
            ngettext(
                "%(count)d booking stayed: meanwhile it was changed or confirmed.",
                "%(count)d bookings stayed: meanwhile they were changed or confirmed.",
                freed.left,
            )
            % {"count": freed.left}
        )
    return " ".join(parts)
