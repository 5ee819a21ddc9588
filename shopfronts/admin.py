"""The admin of the counters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from unfold.admin import TabularInline

from services.admin import CatalogueFormFields
from services.admin_base import PublicContentAdmin
from shopfronts.admin_forms import OpeningHoursFormSet, ShopFrontForm
from shopfronts.models import Closure, OpeningHours, ShopFront, key_of_day


class OpeningHoursInline(TabularInline):  # type: ignore[misc]  # untyped
    """Hours of a counter, with the days from and until which they hold."""

    model = OpeningHours
    formset = OpeningHoursFormSet
    fields = ("weekday", "opens", "closes", "valid_from", "valid_until")
    extra = 0


@admin.register(ShopFront)
class ShopFrontAdmin(CatalogueFormFields, PublicContentAdmin):
    """Shop-fronts: a new one needs no code."""

    form = ShopFrontForm
    list_display = ("name", "locality", "ticket_prefix", "phone", "is_open_to_public")
    list_select_related = ("locality",)
    search_fields = ("slug", "name_ro")
    autocomplete_fields = ("locality",)
    inlines = (OpeningHoursInline,)


@admin.register(Closure)
class ClosureAdmin(PublicContentAdmin):
    """Days on which counters are closed, or open all the same."""

    fields = ("on", "shopfront", "name", "is_open", "origin")
    readonly_fields = ("origin",)
    list_display = ("on", "name", "shopfront", "origin", "is_open")
    list_filter = ("origin", "is_open", "shopfront")
    list_select_related = ("shopfront",)
    date_hierarchy = "on"

    def get_readonly_fields(self, request: HttpRequest, obj: Closure | None = None) -> tuple[str, ...]:
        """Whose day it is stays; the day of all counters too, for its key is made of it."""
        if obj is None:
            return ("origin",)
        return ("origin", "shopfront") if obj.shopfront_id else ("origin", "shopfront", "on")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save; a new day of all counters gets the key under which the catalogue's files would bring it."""
        if not change and obj.shopfront_id is None:
            obj.pk = key_of_day(obj.on)
        super().save_model(request, obj, form, change)

    def get_deleted_objects(self, objs: Iterable[Closure], request: HttpRequest) -> Any:
        """Nothing is deleted while a public holiday is among it: the next renewal would bring it back."""
        objs = list(objs)
        deleted, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        why = _("%(day)s: a statutory public holiday would reappear. Mark it as “open all the same” instead.")
        protected = [
            *protected,
            *(why % {"day": closure} for closure in objs if closure.origin == Closure.Origin.HOLIDAY),
        ]
        return deleted, counts, perms_needed, protected
