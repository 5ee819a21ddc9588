"""One service: its page, its print sheet, the report of a mistake, the saved list."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common.client_address import client_address
from common.counting import DAY, is_over
from common.drawing import qr_code
from common.help_lines import EMERGENCY
from common.page_cache import is_fragment, public_page, public_page_of
from common.sensitive import keep_nowhere, moved_to_neutral
from services import actions, structured_data
from services.details import Details, details_of
from services.forms import ReportForm
from services.labels import Vocabulary, vocabulary
from services.models import Phone, Service
from services.talks import talk_about

MAX_SAVED = 50
REPORTS_A_DAY = 30  # from one address
MOST_DIGITS = 10  # of a number in an address, so that it fits its column
# Services that ask for no papers say so in their list of papers; that is a sentence, not a thing to tick off.
NO_PAPERS = ("Nu sunt necesare acte", "Nu aveți nevoie de acte", "Документы не нужны", "No papers needed")


def _labels(words: Vocabulary, facet: str, codes: list[str]) -> list[dict[str, str]]:
    base = reverse("services:service_list")
    return [
        {"code": code, "label": words.label(facet, code), "url": f"{base}?{facet}={code}"} for code in codes
    ]


def _no_papers(service: Service) -> str:
    """The sentence of a service that asks for no papers, else nothing."""
    papers = service.documents
    return f"{papers[0]}." if len(papers) == 1 and papers[0].startswith(NO_PAPERS) else ""


def _shown_phones(service: Service, phones: list[Phone]) -> list[Phone]:
    """The service's own before its provider's, each number once; of a sensitive one that has its own, those alone."""
    own = [phone for phone in phones if phone.service_id]
    if own and service.is_sensitive:
        return own
    return list({phone.number: phone for phone in reversed(phones)}.values())[::-1]


def service_context(service: Service, beside: Details) -> dict[str, Any]:
    """What the page and the print sheet of a service show."""
    words = vocabulary()
    phones = _shown_phones(service, beside.phones)
    locations, costs = beside.locations, beside.costs
    return {
        "service": service,
        "freshness": service.freshness,
        "no_papers": _no_papers(service),
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
        "category_key": service.category.address_key,
        "parent_key": words.parents.get(service.category.key, ""),
        "parent_label": words.label("category", words.parents.get(service.category.key, "")),
        "report_url": reverse("services:service_report", args=[service.address_key]),
        "print_url": reverse("services:service_print", args=[service.address_key]),
        "is_sensitive": service.is_sensitive,
        "source_host": urlsplit(service.source).hostname or "",
        "json_ld": structured_data.government_service(service, words, phones, locations, costs),
    }


View = Callable[[HttpRequest, Service], HttpResponse]


def of_service(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
    """Give a view the published service that an address names, by its key or by its number.

    Each is answered at the address that it should have: a sensitive one at its number, the others at their key. The
    pages of a sensitive one are kept by no browser.
    """

    @wraps(view)
    def inner(request: HttpRequest, key: str) -> HttpResponse:
        named = {"number": int(key)} if key.isdecimal() and len(key) < MOST_DIGITS else {"key": key}
        service = get_object_or_404(Service.objects.published().for_page(), **named)
        if key != service.address_key:
            match = request.resolver_match
            assert match is not None  # noqa: S101  # the request came by a route
            return moved_to_neutral(reverse(match.view_name, args=[service.address_key]))
        answer = view(request, service)
        return keep_nowhere(answer) if service.is_sensitive else answer

    return inner


@require_safe
@public_page
@of_service
def service_detail(request: HttpRequest, service: Service) -> HttpResponse:
    """The service's page; that of a sensitive one has the numbers to call above everything."""
    beside = details_of(service)
    context = service_context(service, beside) | {"related": beside.related}
    if service.is_sensitive:
        return render(
            request,
            "services/service_sensitive.html",
            context | {"emergency": EMERGENCY, "talk_url": talk_about(service.category)},
        )
    return render(request, "services/service_detail.html", context)


@require_safe
@public_page
@of_service
def service_print(request: HttpRequest, service: Service) -> HttpResponse:
    """One A4 page with the way back to the living page as a QR code."""
    page_url = f"{settings.BASE_URL}{service.get_absolute_url()}"
    return render(
        request,
        "services/service_print.html",
        service_context(service, details_of(service))
        | {"page_url": page_url, "qr_svg": qr_code(page_url), "today": timezone.localdate()},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@of_service
def service_report(request: HttpRequest, service: Service) -> HttpResponse:
    """Tell us that something on the page is not right."""
    form = ReportForm(
        request.POST if request.method == "POST" else None, initial={"submission": uuid.uuid4()}
    )
    if request.method == "POST" and form.is_valid() and _are_too_many(request):
        form.add_error(None, _("Many reports came from your network today. Please call us."))
    elif request.method == "POST" and form.is_valid():
        actions.report_listing(
            service=service,
            submission=form.cleaned_data["submission"],
            kind=form.cleaned_data["kind"],
            text=form.cleaned_data["text"],
            language=get_language() or "ro",
        )
        return redirect("services:service_report_done", key=service.address_key)
    status = 422 if form.is_bound else 200
    context = {"service": service, "form": form, "is_sensitive": service.is_sensitive}
    return render(request, "services/service_report.html", context, status=status)


def _are_too_many(request: HttpRequest) -> bool:
    """Count one more report: nobody signs them, and curators read each."""
    return is_over("reports", client_address(request), most=REPORTS_A_DAY, seconds=DAY)


@require_safe
@public_page
@of_service
def service_report_done(request: HttpRequest, service: Service) -> HttpResponse:
    """Thank the reader."""
    context = {"service": service, "is_sensitive": service.is_sensitive}
    return render(request, "services/service_report_done.html", context)


@require_safe
@public_page_of("key")
def saved_list(request: HttpRequest) -> HttpResponse:
    """The list kept on the reader's device; with `?key=` the cards of those services, as a fragment."""
    keys = list(dict.fromkeys(request.GET.getlist("key")))[:MAX_SAVED]
    found = {service.key: service for service in Service.objects.published().for_cards().filter(key__in=keys)}
    items = [found[key] for key in keys if key in found]
    template = "services/_saved_cards.html" if is_fragment(request) else "services/saved_list.html"
    return render(request, template, {"items": items})
