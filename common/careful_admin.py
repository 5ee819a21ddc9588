"""What every editable page of the administration shares: nobody's change is lost unseen, nothing is deleted unseen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.utils import NestedObjects
from django.db import router
from django.forms.models import _get_foreign_key
from django.http import HttpRequest

from common.careful_forms import CarefulForm, SentencedForm

# What filters of lists and their calendar ask for.
LOOKUPS = {"", "exact", "id__exact", "pk__exact", "isnull", "in", "gte", "lt", "lte", "year", "month", "day"}


def _is_about(lookup: str, name: str) -> bool:
    return lookup == name or lookup.startswith(f"{name}__")


class CarefulAdmin:
    """Mixed in before `ModelAdmin`: its forms are careful, deleting is for administrators and takes nothing along."""

    change_form_template: Any = "admin/careful_change_form.html"

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form with the marks of what it shows, and with sentences for what the database refuses."""
        form = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]  # mixin
        beside = tuple(
            (inline.model, _get_foreign_key(self.model, inline.model, fk_name=inline.fk_name).name)  # type: ignore[attr-defined]
            for inline in self.inlines  # type: ignore[attr-defined]
        )
        if issubclass(form, CarefulForm):
            return type(form.__name__, (form,), {"beside": beside})
        return type(form.__name__, (CarefulForm, form), {"beside": beside})

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> Any:
        """Rows beside the record, whose forms say in words what the database would refuse."""
        found = super().get_inline_instances(request, obj)  # type: ignore[misc]  # mixin
        for inline in found:
            if not issubclass(inline.form, SentencedForm):
                inline.form = type(inline.form.__name__, (SentencedForm, inline.form), {})
        return found

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only what the list itself filters by: a column that is asked for sign by sign would be read out whole."""
        named = [one[0] if isinstance(one, tuple | list) else one for one in self.list_filter]  # type: ignore[attr-defined]
        named += [self.date_hierarchy] if self.date_hierarchy else []  # type: ignore[attr-defined]
        hows = [lookup[len(name) :].removeprefix("__") for name in map(str, named) if _is_about(lookup, name)]
        allowed: bool = super().lookup_allowed(lookup, value, request)  # type: ignore[misc]  # mixin
        return allowed and any(how in LOOKUPS for how in hows)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """For administrators alone: curators archive."""
        allowed: bool = super().has_delete_permission(request, obj)  # type: ignore[misc]  # mixin
        return allowed and bool(getattr(request.user, "is_superuser", False))

    def get_deleted_objects(self, objs: Iterable[Any], request: HttpRequest) -> Any:
        """What goes; nothing may go along but the parts that the record's own page shows."""
        objs = list(objs)
        deleted, counts, perms_needed, protected = super().get_deleted_objects(objs, request)  # type: ignore[misc]
        parts = {self.model, *(inline.model for inline in self.inlines)}  # type: ignore[attr-defined]
        collector = NestedObjects(using=router.db_for_write(self.model), origin=objs)  # type: ignore[attr-defined]
        collector.collect(objs)
        found: Any = collector.model_objs  # by model, whatever the stubs say
        others = {
            model: rows
            for model, rows in found.items()
            if model not in parts and not model._meta.auto_created
        }
        protected = [
            *protected,
            *(f"{model._meta.verbose_name}: {row}" for model, rows in others.items() for row in rows),
        ]
        return deleted, counts, perms_needed, protected
