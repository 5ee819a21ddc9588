"""What browsers and search engines fetch: service worker, manifest, robots, sitemap."""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.db.models import Case, CharField, When
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from common.lanes import without_database
from common.page_cache import public_page, public_page_of
from services.models import Category, Country, Journey, Phase, Provider, Service
from shopfronts.models import ShopFront

SECURITY_TEXT_HOLDS = dt.timedelta(days=30)
SHELL = ("nexus.css", "nexus.js", "icons.svg", "django_htmx/htmx-2.min.js")


@lru_cache(maxsize=4)
def _shell_name(*files: str) -> str:
    """A name that changes with what the shell holds: its files, and the pages shown without a connection."""
    digest = hashlib.blake2b("".join(files).encode(), digest_size=8)
    for code, _name in settings.LANGUAGES:
        with override(code):
            for template in ("portal/offline.html", "services/saved_list.html"):
                digest.update(render_to_string(template, {"language": code}).encode())
    return digest.hexdigest()


@without_database
@require_safe
@cache_control(public=True, max_age=0, must_revalidate=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root so that its scope is the whole site."""
    offline = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            offline.append(
                {"language": code, "url": reverse("portal:offline"), "saved": reverse("services:saved_list")}
            )
    files = [static(name) for name in SHELL]
    context = {"shell_name": _shell_name(*files), "shell": files, "offline": offline}
    response = render(request, "portal/sw.js", context, content_type="text/javascript")
    response["Service-Worker-Allowed"] = "/"
    return response


def _icons() -> list[dict[str, str]]:
    mask = {
        "src": static("icon-maskable.png"),
        "sizes": "512x512",
        "type": "image/png",
        "purpose": "maskable",
    }
    return [
        {"src": static("icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
        {"src": static("icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": static("icon-512.png"), "sizes": "512x512", "type": "image/png"},
        mask,
    ]


@require_safe
@public_page
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest in the language of the address (W3C Application Manifest)."""
    return JsonResponse(
        {
            "id": "/",
            "name": _("NEXUS – services for migrants"),
            "short_name": "NEXUS",
            "description": _("Services, people and answers for those who leave, live abroad or come home."),
            "lang": request.path[1:3],
            "dir": "ltr",
            "start_url": reverse("portal:home"),
            "scope": "/",
            "display": "minimal-ui",
            "background_color": "#fbf9f4",
            "theme_color": "#123f8c",
            "icons": _icons(),
            "shortcuts": [
                {"name": str(_("Services")), "url": reverse("services:service_list")},
                {"name": str(_("My list")), "url": reverse("services:saved_list")},
            ],
        },
        content_type="application/manifest+json",
    )


@without_database
@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be read; results of searches are not pages of their own."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /*?",
        f"Sitemap: {settings.BASE_URL}/sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain")


@without_database
@require_safe
@cache_control(public=True, max_age=3600)
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness (RFC 9116); 404 where the operator named nobody. True for thirty days from now."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    until = dt.datetime.now(dt.UTC).replace(microsecond=0) + SECURITY_TEXT_HOLDS
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: ro, ru, en",
        f"Canonical: {settings.BASE_URL}{request.path}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


class _Pages(Sitemap):  # type: ignore[type-arg]  # not subscriptable at run time
    i18n = True
    alternates = True
    x_default = True
    protocol = settings.BASE_URL.split(":", 1)[0]

    def get_domain(self, site: Any = None) -> str:
        """The origin of the settings: a reader's Host header never reaches the map."""
        return str(settings.BASE_URL).split("://", 1)[1]


class RecordPages(_Pages):
    """One page a record."""

    def __init__(self, route: str, records: Any, argument: str) -> None:
        self.route, self.records, self.argument = route, records, argument

    def items(self) -> list[Any]:
        """Arguments of the route."""
        return [(str(value).lower(),) for value in self.records().values_list(self.argument, flat=True)]

    def location(self, item: Any) -> str:
        """Address in the language in force."""
        return reverse(self.route, args=item)


class FixedPages(_Pages):
    """Pages without a record."""

    def items(self) -> list[Any]:
        """Routes with their arguments."""
        names = ["portal:home", "portal:about", "portal:accessibility", "portal:privacy", "portal:help_now"]
        names += [
            f"services:{name}_list" for name in ("service", "category", "country", "provider", "journey")
        ]
        names.append("shopfronts:shopfront_list")
        return [(name, ()) for name in names] + [("services:phase_detail", (code,)) for code in Phase.values]

    def location(self, item: Any) -> str:
        """Address in the language in force."""
        return reverse(item[0], args=item[1])


def _called(sensitive: str) -> Case:
    """What stands for a record in its address: its number where its topic is sensitive (the models' `address_key`)."""
    number = Cast("number", CharField())
    return Case(When(**{sensitive: True}, then=number), default="key", output_field=CharField())


SITEMAPS: dict[str, Any] = {
    "pages": FixedPages(),
    "services": RecordPages(
        "services:service_detail",
        lambda: (
            Service.objects.published().order_by("key").annotate(called=_called("category__is_sensitive"))
        ),
        "called",
    ),
    "categories": RecordPages(
        "services:category_detail",
        lambda: Category.objects.order_by("key").annotate(called=_called("is_sensitive")),
        "called",
    ),
    "providers": RecordPages(
        "services:provider_detail", lambda: Provider.objects.with_published_services().order_by("key"), "key"
    ),
    "journeys": RecordPages("services:journey_detail", lambda: Journey.objects.order_by("key"), "key"),
    "countries": RecordPages(
        "services:country_detail",
        lambda: Country.objects.filter(is_destination=True).order_by("iso2"),
        "iso2",
    ),
    "shopfronts": RecordPages(
        "shopfronts:shopfront_detail",
        lambda: ShopFront.objects.filter(is_open_to_public=True).order_by("slug"),
        "slug",
    ),
}


@require_safe
@public_page_of("p", fresh_seconds=24 * 3600)  # nothing on it moves with the clock
def site_map(request: HttpRequest) -> HttpResponseBase:
    """Every public page in every language, for search engines."""
    response: HttpResponseBase = sitemap(request, SITEMAPS)
    return response
