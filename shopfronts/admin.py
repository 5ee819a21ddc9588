"""The admin of the counters."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import TabularInline

from services.admin import CatalogueFormFields
from services.admin_base import PublicContentAdmin
from shopfronts.models import Closure, OpeningHours, ShopFront


class OpeningHoursInline(TabularInline):  # type: ignore[misc]  # untyped
    """Hours of a counter."""

    model = OpeningHours
    extra = 0


@admin.register(ShopFront)
class ShopFrontAdmin(CatalogueFormFields, PublicContentAdmin):
    """Shop-fronts: a new one needs no code."""

    list_display = ("name", "locality", "phone", "is_open_to_public")
    list_select_related = ("locality",)
    search_fields = ("slug", "name_ro")
    autocomplete_fields = ("locality",)
    inlines = (OpeningHoursInline,)


@admin.register(Closure)
class ClosureAdmin(PublicContentAdmin):
    """Days on which counters are closed."""

    list_display = ("on", "name", "shopfront")
    list_filter = ("shopfront",)
    date_hierarchy = "on"
