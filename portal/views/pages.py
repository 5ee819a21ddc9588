"""Home, the pages about the portal, and help for someone in danger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.content_version import remembered
from common.help_lines import EMERGENCY, LINES
from common.lanes import without_database
from common.page_cache import public_page
from common.sensitive import keep_nowhere, moved_to_neutral, render_sensitive
from portal import periods
from services.models import Journey, Phase, Service
from services.views.browse import PHASE_LEADS, category_tree
from shopfronts.models import ShopFront
from shopfronts.presenting import present

RECENT = 6
JOURNEYS = 8


def popular_searches() -> list[str]:
    """Words under the search box that lead to an answer; kept by hand, so that no one's search is shown."""
    return [_("passport"), _("child born abroad"), _("driving licence"), _("grant for a business")]


@without_database
@require_safe
def language_redirect(request: HttpRequest) -> HttpResponse:
    """`/` goes to the home page in the reader's language."""
    language = get_language_from_request(request)
    response = redirect(f"/{language}/")
    patch_vary_headers(response, ("Accept-Language",))
    return response


def _doors(counts: dict[str, int]) -> list[dict[str, Any]]:
    """The four phases of the journey, each with the number of its services."""
    return [
        {
            "code": phase.value,
            "label": phase.label,
            "lead": PHASE_LEADS[phase],
            "count": counts[phase.value],
            "url": reverse("services:phase_detail", args=[phase.value]),
        }
        for phase in Phase
    ]


@remembered
def _front() -> dict[str, Any]:
    """What the front door shows of the catalogue, drawn already, and the counters."""
    published = Service.objects.published()
    counts = published.aggregate(**{code: Count("pk", filter=_in_phase(code)) for code in Phase.values})
    recent = published.for_cards().filter(verified_on__isnull=False).best_known_first()
    doors = {"phases": _doors(counts), "categories": category_tree()}
    journeys = {
        "journeys": list(Journey.objects.annotate(step_count=Count("steps"))[:JOURNEYS]),
        "recent": list(recent[:RECENT]),
    }
    return {
        "doors": render_to_string("portal/_doors.html", doors),
        "journeys": render_to_string("portal/_journeys.html", journeys),
        "shopfronts": list(ShopFront.objects.filter(is_open_to_public=True)),
    }


@require_safe
@public_page
def home(request: HttpRequest) -> HttpResponse:
    """The front door."""
    front = _front()
    now = {"shopfronts": present(front["shopfronts"]), "popular": popular_searches()}
    return render(request, "portal/home.html", front | now)


def _in_phase(code: str) -> Q:
    return Q(phases__contains=[code])


def _page(template: str) -> Callable[[HttpRequest], HttpResponseBase]:
    @require_safe
    @public_page
    def view(request: HttpRequest) -> HttpResponse:
        return render(request, template)

    return view


about = _page("portal/about.html")
accessibility = _page("portal/accessibility.html")
offline = _page("portal/offline.html")


@public_page
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is known of whom, and for how long."""
    return render(request, "portal/privacy.html", {"periods": periods.in_words()})


@without_database
@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    """Numbers to call in danger, by what is happening; asks neither database nor cache."""
    return render_sensitive(request, "portal/help_now.html", {"lines": LINES, "emergency": EMERGENCY})


@without_database
@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Where the quick way out leads: a harmless page, which also says what the browser remembers."""
    return keep_nowhere(render(request, "portal/leave.html", {"is_neutral": True}))


@without_database
@require_safe
def traces(request: HttpRequest) -> HttpResponse:
    """How to clear what a telephone or computer remembers."""
    return render_sensitive(request, "portal/traces.html", {})


@without_database
@require_safe
def help_now_by_name(request: HttpRequest) -> HttpResponse:
    """The address that said what it was about."""
    return moved_to_neutral(reverse("portal:help_now"))
