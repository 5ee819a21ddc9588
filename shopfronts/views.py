"""Pages of the shop-fronts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from common.page_cache import public_page
from shopfronts.models import ShopFront
from shopfronts.presenting import present


@require_safe
@public_page
def shopfront_list(request: HttpRequest) -> HttpResponse:
    """All counters, open or not."""
    shopfronts = list(ShopFront.objects.filter(is_open_to_public=True))
    return render(request, "shopfronts/shopfront_list.html", {"shopfronts": present(shopfronts)})


@require_safe
@public_page
def shopfront_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One counter: hours, languages, days on which it is closed."""
    shopfront = get_object_or_404(ShopFront.objects.filter(is_open_to_public=True), slug=slug)
    [view] = present([shopfront])
    return render(request, "shopfronts/shopfront_detail.html", {"view": view, "shopfront": shopfront})
