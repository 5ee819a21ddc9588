"""Pages of the shop-fronts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from common.page_cache import public_page
from shopfronts.beside import parts_of
from shopfronts.models import ShopFront
from shopfronts.presenting import present, services_near
from shopfronts.structured_data import government_office


@require_safe
@public_page
def shopfront_list(request: HttpRequest) -> HttpResponse:
    """All counters, open or not."""
    shopfronts = list(ShopFront.objects.filter(is_open_to_public=True))
    return render(request, "shopfronts/shopfront_list.html", {"shopfronts": present(shopfronts)})


@require_safe
@public_page
def shopfront_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One counter: open or not, how to book, what one gets there, hours, the way to it."""
    shown = ShopFront.objects.filter(is_open_to_public=True).select_related("locality")
    shopfront = get_object_or_404(shown, slug=slug)
    [view] = present([shopfront])
    return render(
        request,
        "shopfronts/shopfront_detail.html",
        {
            "view": view,
            "shopfront": shopfront,
            "beside": parts_of(shopfront),
            "services": services_near(shopfront),
            "json_ld": government_office(view),
        },
    )
