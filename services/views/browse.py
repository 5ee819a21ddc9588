"""Ways in other than words: category, phase of the journey, country, provider, journey."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from common.content_version import remembered
from common.dates import day_in_words
from common.page_cache import public_page
from common.sensitive import moved_to_neutral, render_sensitive
from common.text import sort_key
from services.models import Category, Country, Journey, JourneyStepService, Phase, Provider, Sector, Service
from services.talks import talk_about

PHASE_LEADS = {
    Phase.PRE_DEPARTURE: gettext_lazy("Checked job offers, contracts, papers and language before you go."),
    Phase.ABROAD: gettext_lazy("Consulate, rights at work, children, money sent home."),
    Phase.RETURN: gettext_lazy("Customs, school for the children, pensions, papers."),
    Phase.REINTEGRATION: gettext_lazy("A job, a business, insurance, a home."),
}
MISSION_TYPES = {
    "embassy": gettext_lazy("Embassy"),
    "consulate": gettext_lazy("Consulate"),
    "consulate_general": gettext_lazy("Consulate general"),
    "consular_office": gettext_lazy("Consular office"),
    "permanent_mission": gettext_lazy("Permanent mission"),
}
SHOWN = 12
MOST_DIGITS = 10  # of a number in an address, so that it fits its column


def _search_url(**choices: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in choices.items())
    return f"{reverse('services:service_list')}?{query}"


@remembered
def category_tree() -> list[dict[str, Any]]:
    """Top categories with their counts and children, in order; two queries."""
    counts: Counter[Any] = Counter(
        dict(Service.objects.published().values_list("category").annotate(n=Count("pk")).order_by())
    )
    tops: dict[Any, dict[str, Any]] = {}
    rows = list(Category.objects.order_by("position"))
    for category in rows:
        if category.parent_id is None:
            tops[category.pk] = {"category": category, "count": 0, "children": []}
    for category in rows:
        if category.parent_id is not None and counts[category.pk]:
            top = tops[category.parent_id]
            top["count"] += counts[category.pk]
            top["children"].append(
                {
                    "category": category,
                    "count": counts[category.pk],
                    "url": category.get_absolute_url(),
                }
            )
    return list(tops.values())


@require_safe
@public_page
def category_list(request: HttpRequest) -> HttpResponse:
    """All topics."""
    return render(request, "services/category_list.html", {"categories": category_tree()})


@require_safe
@public_page
def category_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One topic: its parts and its services; a sensitive one is found at its number, with the numbers to call first."""
    named = {"number": int(key)} if key.isdecimal() and len(key) < MOST_DIGITS else {"key": key}
    category = get_object_or_404(Category.objects.select_related("parent"), **named)
    if key != category.address_key:
        return moved_to_neutral(category.get_absolute_url())
    services = Service.objects.published().filter(Q(category=category) | Q(category__parent=category))
    shown = services.for_cards().order_by("category__position", "name")[: SHOWN * 5]
    if category.is_sensitive:
        context = {"category": category, "services": shown, "talk_url": talk_about(category)}
        return render_sensitive(request, "services/category_sensitive.html", context)
    children = [top["children"] for top in category_tree() if top["category"].pk == category.pk]
    return render(
        request,
        "services/category_detail.html",
        {
            "category": category,
            "children": children[0] if children else [],
            "services": shown,
            "total": services.count(),
            "search_url": _search_url(category=category.key),
        },
    )


@require_safe
@public_page
def phase_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One phase of the journey: topics, guided lists, first services."""
    if code not in Phase.values:
        raise Http404
    phase = Phase(code)
    services = Service.objects.published().filter(phases__contains=[code])
    counts = Counter(services.values_list("category__parent", flat=True))
    categories = [
        {
            "category": category,
            "count": counts[category.pk],
            "url": _search_url(phase=code, category=category.key),
        }
        for category in Category.objects.top()
        if counts[category.pk]
    ]
    return render(
        request,
        "services/phase_detail.html",
        {
            "phase": {"code": code, "label": phase.label, "lead": PHASE_LEADS[phase]},
            "categories": categories,
            "journeys": Journey.objects.filter(phase=code).annotate(step_count=Count("steps")),
            "services": services.for_cards().best_known_first()[:SHOWN],
            "total": sum(counts.values()),
            "all_url": _search_url(phase=code),
        },
    )


@require_safe
@public_page
def country_list(request: HttpRequest) -> HttpResponse:
    """The main countries of stay."""
    countries = sorted(
        Country.objects.filter(is_destination=True), key=lambda country: sort_key(country.name)
    )
    return render(request, "services/country_list.html", {"countries": countries})


def _agreement(country: Country) -> dict[str, Any] | None:
    facts = country.social_security
    if not facts or not facts.get("agreement"):
        return None
    began = facts.get("in_force")
    status = str(facts.get("status") or "")
    return {
        # in_force | territorial (the country of residence pays) | signed (not yet in force)
        "status": status.split("_", 1)[0] if not status.startswith("in_force") else "in_force",
        "since": day_in_words(dt.date.fromisoformat(began)) if began and len(began) == 10 else "",
    }


def _zones(country: Country) -> list[dict[str, Any]]:
    """Hours between the country's clocks and Moldova's, today."""
    now = timezone.now()
    home = now.astimezone(ZoneInfo("Europe/Chisinau")).utcoffset() or dt.timedelta()
    zones = []
    for name in country.time_zones:
        offset = now.astimezone(ZoneInfo(name)).utcoffset() or dt.timedelta()
        hours = (offset - home).total_seconds() / 3600
        zones.append({"name": name, "now": now.astimezone(ZoneInfo(name)), "hours": hours})
    return zones


@require_safe
@public_page
def country_detail(request: HttpRequest, iso2: str) -> HttpResponse:
    """What there is for people in one country: services for it by name, and those for everyone abroad."""
    country = get_object_or_404(Country, iso2=iso2.upper(), is_destination=True)
    code = country.iso2
    abroad = Service.objects.published().filter(phases__contains=["abroad"])
    language = request.path[1:3]
    return render(
        request,
        "services/country_detail.html",
        {
            "country": country,
            "missions": [
                {
                    "city": mission["city"].get(language, ""),
                    "type_label": MISSION_TYPES.get(mission["type"], _("Consular office")),
                }
                for mission in country.missions
            ],
            "social_security": _agreement(country),
            "zones": _zones(country),
            "specific": Service.objects.published()
            .for_cards()
            .filter(destination_countries__contains=[code]),
            "general": abroad.for_cards().filter(destination_countries=[]).best_known_first()[:SHOWN],
            "all_url": _search_url(country=code),
            "general_url": _search_url(phase="abroad"),
        },
    )


@require_safe
@public_page
def provider_list(request: HttpRequest) -> HttpResponse:
    """Who offers services, by kind of organisation."""
    published = Count("services", filter=Q(services__status="published"))
    providers = Provider.objects.annotate(count=published).filter(count__gt=0)
    ordered = sorted(providers, key=lambda provider: sort_key(provider.name))
    groups = [
        {"sector": sector, "label": sector.label, "providers": [p for p in ordered if p.sector == sector]}
        for sector in Sector
    ]
    return render(request, "services/provider_list.html", {"groups": groups, "total": len(ordered)})


@require_safe
@public_page
def provider_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One organisation: how to reach it and what it offers."""
    provider = get_object_or_404(Provider.objects.prefetch_related("phones", "locations__locality"), key=key)
    return render(
        request,
        "services/provider_detail.html",
        {
            "provider": provider,
            "phones": provider.phones.all(),
            "locations": provider.locations.all(),
            "services": Service.objects.published().for_cards().filter(provider=provider)[:100],
        },
    )


@require_safe
@public_page
def journey_list(request: HttpRequest) -> HttpResponse:
    """All journeys."""
    journeys = Journey.objects.annotate(step_count=Count("steps"))
    return render(request, "services/journey_list.html", {"journeys": journeys})


@require_safe
@public_page
def journey_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One journey, step by step; ticks stay on the reader's device."""
    journey = get_object_or_404(Journey, key=key)
    helpers = JourneyStepService.objects.filter(service__status="published").select_related(
        "service__provider", "service__category"
    )
    steps = list(journey.steps.prefetch_related(Prefetch("step_services", queryset=helpers)))
    for step in steps:
        step.services_list = [entry.service for entry in step.step_services.all()]  # type: ignore[attr-defined]
    return render(request, "services/journey_detail.html", {"journey": journey, "steps": steps})
