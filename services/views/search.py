"""Results, suggestions while typing, and the same search for machines."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.answers import json_error, reads_only
from common.page_cache import do_not_keep, is_fragment, public_page_of
from common.sensitive import keep_nowhere
from services import facets, search
from services.forms import MAX_PER_PAGE, SearchForm, clean_text
from services.labels import Vocabulary, vocabulary
from services.models import Category, Service
from services.search import danger, missed
from services.search.types import SearchResult, Suggestion

SUGGESTIONS = 5
LANGUAGES = ("ro", "ru", "en")


def _heading(form: SearchForm, result: SearchResult) -> str:
    if _danger(form, result) is not None:  # titles stay in the history, so they repeat no words of danger
        return ngettext("%(count)d service", "%(count)d services", result.total) % {"count": result.total}
    if form.text and not result.total:
        return _("Nothing found for “%(query)s”") % {"query": form.text}
    values = {"count": result.total, "query": form.text}
    if not form.text:
        return ngettext("%(count)d service", "%(count)d services", result.total) % values
    if not result.exact:
        return (
            ngettext(
                "%(count)d service close to “%(query)s”",
                "%(count)d services close to “%(query)s”",
                result.total,
            )
            % values
        )
    return (
        ngettext("%(count)d service for “%(query)s”", "%(count)d services for “%(query)s”", result.total)
        % values
    )


def _sorts(form: SearchForm) -> list[dict[str, Any]]:
    options = [("fresh", _("Recently verified")), ("name", _("By name"))]
    if form.text:
        options.insert(0, ("relevance", _("Best match")))
    return [
        {
            "code": code,
            "label": label,
            "url": form.address(sort=code),
            "selected": code == form.request().sort,
        }
        for code, label in options
    ]


def _paging(form: SearchForm, result: SearchResult) -> dict[str, Any]:
    def url(number: int) -> str:
        return form.address(page=number) if number > 1 else form.address()

    first = (result.page - 1) * form.per_page + 1 if result.total else 0
    return {
        "number": result.page,
        "pages": result.pages,
        "previous_url": url(result.page - 1) if result.page > 1 else None,
        "next_url": url(result.page + 1) if result.page < result.pages else None,
        "first": first,
        "last": max(first + len(result.items) - 1, 0),
    }


def _broader(form: SearchForm, words: Vocabulary) -> list[dict[str, str]]:
    """Ways out of an empty page: the parent of a chosen category, fewer filters."""
    ways = []
    for code in form.filters.get("category", ()):
        if parent := words.parents.get(code):
            ways.append({"label": words.label("category", parent), "url": form.address(category=(parent,))})
    if form.text and form.filters:
        ways.append(
            {"label": _("The same words without filters"), "url": SearchForm.address_of_text(form.text)}
        )
    return ways


def results_context(form: SearchForm, language: str) -> dict[str, Any]:
    """Everything that the results page shows."""
    result = search.search(form.request())
    words = vocabulary()
    shown: list[Service] = result.items
    for service in shown:
        service.shown_language = result.other_language.get(service.pk, language)  # type: ignore[attr-defined]
    topic = _danger(form, result)
    return {
        "is_sensitive": topic is not None,
        "topic": topic or "",
        "query": "" if topic is not None else form.text,
        "form": form,
        "result": result,
        "items": shown,
        "heading": _heading(form, result),
        "facets": facets.build(result, form, words),
        "chips": facets.chips(form, words),
        "clear_url": SearchForm.address_of_text(form.text),
        "did_you_mean": result.did_you_mean,
        "did_you_mean_url": form.address(q=result.did_you_mean) if result.did_you_mean else None,
        "sorts": _sorts(form),
        "page": _paging(form, result),
        "broader": _broader(form, words),
        "was_cut": result.was_cut,
    }


@csrf_exempt  # changes nothing, and a token would need a cookie
@require_http_methods(["GET", "HEAD", "POST"])
def service_search(request: HttpRequest) -> HttpResponse:
    """Where the search box posts: on to an address with the words or, for words of danger, to one without them.

    Browsers keep no trace of what was posted and answered with 303; an address with words would stay in the history.
    """
    form = SearchForm(request.POST, language=get_language() or "ro")
    topic = danger.topic_of(form.text)
    address = f"{reverse('services:service_list')}{form.address()}" if topic is None else _topic_url(topic)
    answer = HttpResponseRedirect(address)
    answer.status_code = 303
    return keep_nowhere(answer)


def _topic_url(topic: str) -> str:
    """The page of a sensitive topic; where the catalogue has none, the numbers to call."""
    category = Category.objects.filter(key=topic, is_sensitive=True).first()
    return category.get_absolute_url() if category else reverse("portal:help_now")


def _danger(form: SearchForm, result: SearchResult) -> str | None:
    """The topic of danger that a search speaks of: by a filter, by its words, or by what it finds first."""
    sensitive = vocabulary().sensitive
    if chosen := [code for code in form.filters.get("category", ()) if code in sensitive]:
        return chosen[0]
    if not form.text:
        return None
    topic = danger.topic_of(form.text)
    if topic is None and result.items and result.items[0].is_sensitive:
        return result.items[0].category.key
    return topic


@require_safe
@public_page_of(*SearchForm.READS)
def service_list(request: HttpRequest) -> HttpResponse:
    """Results: the whole page, or for htmx the results column alone."""
    language = get_language() or "ro"
    form = SearchForm(request.GET, language=language)
    context = results_context(form, language)
    template = "services/_results.html" if is_fragment(request) else "services/service_list.html"
    if context["is_sensitive"]:
        return keep_nowhere(render(request, template, context))
    response = render(request, template, context)
    result: SearchResult = context["result"]
    if form.text and not (result.total and result.exact):
        missed.record(form.text, language)
        return do_not_keep(response)  # so that the next one who misses is counted too
    return response


def _suggestion_url(suggestion: Suggestion) -> str:
    return reverse(f"services:{suggestion.kind}_detail", args=[suggestion.key])


@csrf_exempt  # changes nothing, and a token would need a cookie
@require_POST
def service_suggest(request: HttpRequest) -> HttpResponse:
    """At most five lines under the search box. Posted, so that what is typed stands in no address, log or cache."""
    query = clean_text(request.POST.get("q", ""))
    found = search.suggest(query, get_language() or "ro", limit=SUGGESTIONS)
    suggestions = [
        {"kind": line.kind, "label": line.label, "detail": line.detail, "url": _suggestion_url(line)}
        for line in found
    ]
    context = {"suggestions": suggestions, "query": query}
    return keep_nowhere(render(request, "services/_suggestions.html", context))


def _hsds_phones(service: Service) -> list[dict[str, Any]]:
    """The service's own telephones (HSDS `phone`); SMS and chat are text."""
    return [
        {
            "id": str(phone.pk),
            "number": phone.number,
            "type": "voice" if phone.kind == phone.Kind.CALL else "text",
            "description": ", ".join(filter(None, (phone.get_rings_from_display(), phone.note, phone.hours))),
            "languages": [{"code": code} for code in phone.languages],
        }
        for phone in service.phones.all()
    ]


def _hsds_entry(service: Service) -> dict[str, Any]:
    return {
        "id": str(service.pk),
        "name": service.name,
        "description": service.summary,
        "summary": service.summary,
        "status": "active" if service.freshness != Service.Freshness.LAPSED else "inactive",
        "url": f"{settings.BASE_URL}{service.get_absolute_url()}",
        "phones": _hsds_phones(service),
    }


def _hsds_page(result: SearchResult, contents: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "total_items": result.total,
        "total_pages": result.pages,
        "page_number": result.page,
        "size": len(contents),
        "first_page": result.page <= 1,
        "last_page": result.page >= result.pages,
        "empty": not contents,
        "exact_match": result.exact,
        "contents": contents,
    }


@reads_only
@public_page_of("search", "lang", "per_page", *SearchForm.READS)
def hsds_service_list(request: HttpRequest) -> HttpResponse:
    """`GET /api/hsds/services`: the search as JSON in HSDS 3.0's page envelope.

    `search` (words), `lang` (ro, ru or en; another is answered with 400), `page` from 1, `per_page` 1 to 100.
    """
    language = request.GET.get("lang") or "ro"
    if language not in LANGUAGES:
        return json_error(400, "lang must be one of ro, ru, en")
    query = request.GET.copy()
    query["q"] = query.get("search", "")
    asked = query.get("per_page", "")
    per_page = min(max(int(asked[:6]), 1), MAX_PER_PAGE) if asked.isascii() and asked.isdigit() else 20
    form = SearchForm(query, language=language, per_page=per_page)
    with override(language):
        result = search.search(form.request())
        prefetch_related_objects(result.items, "phones")
        contents = [_hsds_entry(service) for service in result.items]
    response = JsonResponse(_hsds_page(result, contents))
    response["Access-Control-Allow-Origin"] = "*"
    return response
