"""What pages of apps below show of counselling: a shop-front's next free appointments, the way to talk about a danger."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from counselling import availability
from counselling.availability import Wish
from counselling.journey import ANY
from counselling.models import Reason
from counselling.wording import day_and_time
from services.models import Category
from shopfronts.models import ShopFront

MOST = 3


def next_free(shopfront: ShopFront) -> SafeString:
    """The first free times of the reason that most people come for, and the way to all others."""
    reason = Reason.objects.bookable().first()
    found = [] if reason is None else availability.find(Wish(reason=reason, shopfronts=(shopfront,)))
    times = [day_and_time(slot.starts_at, shopfront.zone) for slot in found[:MOST]]
    return render_to_string(
        "counselling/_next_free.html", {"shopfront": shopfront, "reason": reason, "times": times}
    )


def talk_about(category: Category) -> str:
    """Where a sensitive topic can be talked about, at whichever counter; empty where no reason is about it."""
    reason = Reason.objects.bookable().filter(is_sensitive=True, categories=category).first()
    return "" if reason is None else reverse("counselling:book_how", args=[ANY, reason.number])
