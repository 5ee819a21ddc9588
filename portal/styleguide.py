"""Samples for the component gallery: unsaved records in every state that a component can show."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from services.facets import Facet, Value
from services.forms import ReportForm
from services.models import Category, Journey, Phone, Provider, Service
from shopfronts.models import ShopFront
from shopfronts.presenting import ShopFrontView
from shopfronts.schedule import OpenState


def samples() -> dict[str, Any]:
    """The context of the gallery; touches no database."""
    return {
        "services": _services(),
        "phones": [
            Phone(number="+37380077777", note="free of charge", rings_from="moldova"),
            Phone(number="+37322233309", rings_from="abroad", hours="day and night"),
        ],
        "journey": _journey(),
        "shopfronts": _shopfronts(),
        "facet": _facet(),
        "page": {"number": 2, "pages": 7, "previous_url": "?page=1", "next_url": "?page=3"},
        "suggestions": [
            {"kind": "service", "label": "Pension from Italy and Moldova", "detail": "CNAS", "url": "#"},
            {"kind": "category", "label": "Pensions", "detail": "10 services", "url": "#"},
            {"kind": "provider", "label": "National Office of Social Insurance", "detail": "", "url": "#"},
        ],
        "form": ReportForm(),
        "wrong_form": ReportForm({"submission": uuid.uuid4()}, auto_id="wrong_%s"),
    }


def _services() -> list[Service]:
    """One service for each state of freshness."""
    today = timezone.localdate()
    provider = Provider(key="cnas", name="National Office of Social Insurance", sector="public")
    states: list[tuple[str, dict[str, Any]]] = [
        ("Verified", {"verified_on": today, "is_confirmed": True}),
        ("Not verified for long", {"verified_on": today - dt.timedelta(days=400), "is_confirmed": True}),
        ("From the source", {"source_date": "2025-09"}),
        ("Lapsed", {"verified_on": today, "is_confirmed": True, "valid_until": today - dt.timedelta(days=9)}),
    ]
    return [
        Service(
            key="sample",
            provider=provider,
            category=Category(key="ss_pensions"),
            name=f"Pension from Italy and Moldova: {name.lower()}",
            summary="The agreement with Italy applies from 1 September 2025.",
            cost_type="free",
            modes=["in_person", "online"],
            **state,
        )
        for name, state in states
    ]


def _journey() -> Journey:
    journey = Journey(
        key="sample", title="Coming home from Italy, with children", summary="Papers, school, health."
    )
    journey.step_count = 8  # type: ignore[attr-defined]  # an annotation in the views
    return journey


def _shopfronts() -> list[ShopFrontView]:
    def view(slug: str, name: str, state: OpenState, text: str) -> ShopFrontView:
        return ShopFrontView(ShopFront(slug=slug, name=name), state, text, ["română", "русский"], [], [])

    return [
        view("cahul", "Cahul", OpenState(is_open=True), "Open until 17:00"),
        view("edinet", "Edineț", OpenState(is_open=False), "Closed, opens tomorrow at 08:00"),
    ]


def _facet() -> Facet:
    child = Value("category", "ss_pensions", "Pensions", 10, True, "#")
    values = [
        Value("category", "social_security", "Social security and pensions", 11, True, "#", children=[child]),
        Value("category", "community", "Community and diaspora", 1, False, "#"),
    ]
    return Facet("category", "Topic", values, True)
