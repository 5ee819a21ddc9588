"""One service: its page, its print sheet, the report of a mistake, the saved list."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common.drawing import qr_code
from common.page_cache import is_fragment, public_page, public_page_of
from services import actions, structured_data
from services.details import Details, details_of
from services.forms import ReportForm
from services.labels import Vocabulary, vocabulary
from services.models import Service

MAX_SAVED = 50


def _labels(words: Vocabulary, facet: str, codes: list[str]) -> list[dict[str, str]]:
    base = reverse("services:service_list")
    return [
        {"code": code, "label": words.label(facet, code), "url": f"{base}?{facet}={code}"} for code in codes
    ]


def service_context(service: Service, beside: Details) -> dict[str, Any]:
    """What the page and the print sheet of a service show."""
    words = vocabulary()
    phones, locations, costs = beside.phones, beside.locations, beside.costs
    return {
        "service": service,
        "freshness": service.freshness,
        "cost_options": costs,
        "phones": phones,
        "locations": locations,
        "phases": _labels(words, "phase", service.phases),
        "audiences": _labels(words, "audience", service.audiences),
        "countries": _labels(words, "country", service.destination_countries),
        "modes": _labels(words, "mode", service.modes),
        "languages": _labels(words, "lang_spoken", service.languages),
        "coverage": _labels(words, "district", service.coverage),
        "category_label": words.label("category", service.category.key),
        "parent_key": words.parents.get(service.category.key, ""),
        "parent_label": words.label("category", words.parents.get(service.category.key, "")),
        "report_url": reverse("services:service_report", args=[service.key]),
        "print_url": reverse("services:service_print", args=[service.key]),
        "source_host": urlsplit(service.source).hostname or "",
        "json_ld": structured_data.government_service(service, words, phones, locations, costs),
    }


@require_safe
@public_page
def service_detail(request: HttpRequest, key: str) -> HttpResponse:
    """The service's page."""
    service = get_object_or_404(Service.objects.published().for_page(), key=key)
    beside = details_of(service)
    return render(
        request,
        "services/service_detail.html",
        service_context(service, beside) | {"related": beside.related},
    )


@require_safe
@public_page
def service_print(request: HttpRequest, key: str) -> HttpResponse:
    """One A4 page with the way back to the living page as a QR code."""
    service = get_object_or_404(Service.objects.published().for_page(), key=key)
    page_url = f"{settings.BASE_URL}{service.get_absolute_url()}"
    return render(
        request,
        "services/service_print.html",
        service_context(service, details_of(service))
        | {"page_url": page_url, "qr_svg": qr_code(page_url), "today": timezone.localdate()},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def service_report(request: HttpRequest, key: str) -> HttpResponse:
    """Tell us that something on the page is not right."""
    service = get_object_or_404(Service.objects.published(), key=key)
    form = ReportForm(
        request.POST if request.method == "POST" else None, initial={"submission": uuid.uuid4()}
    )
    if request.method == "POST" and form.is_valid():
        actions.report_listing(
            service=service,
            submission=form.cleaned_data["submission"],
            kind=form.cleaned_data["kind"],
            text=form.cleaned_data["text"],
            language=get_language() or "ro",
        )
        return redirect("services:service_report_done", key=service.key)
    status = 422 if form.is_bound else 200
    return render(request, "services/service_report.html", {"service": service, "form": form}, status=status)


@require_safe
@public_page
def service_report_done(request: HttpRequest, key: str) -> HttpResponse:
    """Thank the reader."""
    service = get_object_or_404(Service.objects.published(), key=key)
    return render(request, "services/service_report_done.html", {"service": service})


@require_safe
@public_page_of("key")
def saved_list(request: HttpRequest) -> HttpResponse:
    """The list kept on the reader's device; with `?key=` the cards of those services, as a fragment."""
    keys = list(dict.fromkeys(request.GET.getlist("key")))[:MAX_SAVED]
    found = {service.key: service for service in Service.objects.published().for_cards().filter(key__in=keys)}
    items = [found[key] for key in keys if key in found]
    template = "services/_saved_cards.html" if is_fragment(request) else "services/saved_list.html"
    return render(request, template, {"items": items})
