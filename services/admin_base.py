"""What all admin pages of public content share: language tabs, and saves that go through one action."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from modeltranslation.admin import TranslationAdmin
from unfold.admin import ModelAdmin

from common.careful_admin import CarefulAdmin
from services import actions


class VersionedAdmin(CarefulAdmin, ModelAdmin):  # type: ignore[misc]  # untyped
    """Every write bumps the content version in its own transaction, so that visitors see it at once."""

    list_per_page = 50
    warn_unsaved_form = True
    compressed_fields = True

    def save_model(self, request: HttpRequest, obj: models.Model, form: ModelForm[Any], change: bool) -> None:
        """Save by the action."""
        actions.change_content(lambda: super(VersionedAdmin, self).save_model(request, obj, form, change))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save inlines by the action."""
        actions.change_content(
            lambda: super(VersionedAdmin, self).save_related(request, form, formsets, change)
        )

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        """Delete by the action."""
        actions.change_content(lambda: super(VersionedAdmin, self).delete_model(request, obj))

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Delete several by the action."""
        actions.change_content(lambda: super(VersionedAdmin, self).delete_queryset(request, queryset))


class PublicContentAdmin(VersionedAdmin, TranslationAdmin):  # type: ignore[type-arg]  # both untyped
    """Public content with a tab a language."""

    class Media:
        js = ("admin_tabs/languages.js",)
        css = {"all": ("admin_tabs/languages.css",)}
