"""The curators' desk for the catalogue."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, models
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from modeltranslation.admin import TranslationTabularInline
from unfold.admin import ModelAdmin, TabularInline

from accounts.models import User
from common.careful_admin import CarefulAdmin
from services import actions
from services.admin_base import PublicContentAdmin, VersionedAdmin
from services.admin_forms import array_form_field
from services.models import (
    Category,
    CostOption,
    Country,
    Journey,
    JourneyStep,
    JourneyStepService,
    ListingReport,
    Locality,
    Location,
    MissedSearch,
    Phone,
    Provider,
    Service,
    ServiceAtLocation,
    Synonym,
)
from services.models.service import ServiceQuerySet


class CatalogueFormFields:
    """Draws array columns by `services.admin_forms`, and takes addresses without a scheme as https."""

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Boxes or lines for arrays, the usual for the rest."""
        if isinstance(db_field, ArrayField):
            return array_form_field(db_field)
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]  # mixin


class CostOptionInline(TabularInline, TranslationTabularInline):  # type: ignore[misc, type-arg]  # untyped
    """Amounts of a service."""

    model = CostOption
    extra = 0


class ServiceAtLocationInline(TabularInline):  # type: ignore[misc]  # untyped
    """Places of a service."""

    model = ServiceAtLocation
    autocomplete_fields = ("location",)
    extra = 0


class PhoneInline(CatalogueFormFields, TabularInline, TranslationTabularInline):  # type: ignore[misc, type-arg]  # untyped
    """Telephones of a provider, or of one service alone."""

    model = Phone
    extra = 0
    fields = ("position", "number", "kind", "rings_from", "note", "hours", "languages")


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # the admin lets no one else in
    return request.user


@admin.register(Service)
class ServiceAdmin(CatalogueFormFields, PublicContentAdmin):
    """Services."""

    list_display = ("name", "provider", "category", "status", "is_confirmed", "verified_on", "valid_until")
    list_filter = ("status", "is_confirmed", "cost_type", "category__parent", "provider__sector")
    list_select_related = ("provider", "category")
    search_fields = ("key", "name_ro", "name_ru", "name_en", "provider__name_ro")
    autocomplete_fields = ("provider",)
    date_hierarchy = "verified_on"
    readonly_fields = ("verified_on", "verified_by")  # by the action alone, which knows who it was
    inlines = (PhoneInline, CostOptionInline, ServiceAtLocationInline)
    actions = ("publish", "archive", "verify")
    fieldsets = (
        (None, {"fields": ("name", "summary", "description", "eligibility")}),
        (gettext_lazy("What to bring and do"), {"fields": ("documents", "steps", "legal_basis")}),
        (
            gettext_lazy("Who and where"),
            {
                "fields": (
                    "key",
                    "provider",
                    "category",
                    "phases",
                    "audiences",
                    "destination_countries",
                    "modes",
                    "languages",
                    "coverage",
                    "cost_type",
                    "url",
                )
            },
        ),
        (
            gettext_lazy("Trust"),
            {
                "fields": (
                    "status",
                    "is_confirmed",
                    "verified_on",
                    "verified_by",
                    "valid_until",
                    "source",
                    "source_date",
                    "sources",
                    "note",
                )
            },
        ),
    )

    @admin.action(description=gettext_lazy("Show to visitors"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: ServiceQuerySet) -> None:
        """Publish the chosen services, all or none."""
        try:
            count = actions.publish_services(services=queryset, by=_user(request))
        except IntegrityError:
            text = _("Nothing was published: one of them lacks a name, summary or description in a language.")
            self.message_user(request, text, messages.ERROR)
            return
        text = ngettext("%(count)d service is now shown.", "%(count)d services are now shown.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Hide from visitors"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: ServiceQuerySet) -> None:
        """Archive the chosen services."""
        count = actions.archive_services(services=queryset, by=_user(request))
        text = ngettext("%(count)d service was archived.", "%(count)d services were archived.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Verified today"), permissions=["change"])
    def verify(self, request: HttpRequest, queryset: ServiceQuerySet) -> None:
        """Note that the chosen services were checked today."""
        count = actions.verify_services(services=queryset, by=_user(request))
        text = ngettext("%(count)d service verified today.", "%(count)d services verified today.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)


@admin.register(Provider)
class ProviderAdmin(CatalogueFormFields, PublicContentAdmin):
    """Providers."""

    list_display = ("name", "sector", "website")
    list_filter = ("sector",)
    search_fields = ("key", "name_ro", "name_ru", "name_en")
    inlines = (PhoneInline,)


@admin.register(Category)
class CategoryAdmin(CatalogueFormFields, PublicContentAdmin):
    """Categories."""

    list_display = ("name", "parent", "is_sensitive", "position")
    list_filter = ("is_sensitive", "parent")
    list_select_related = ("parent",)
    search_fields = ("key", "name_ro", "name_ru", "name_en")


@admin.register(Locality)
class LocalityAdmin(PublicContentAdmin):
    """Districts."""

    list_display = ("name", "seat", "kind", "iso_3166_2")
    search_fields = ("key", "name_ro", "name_ru", "name_en")


@admin.register(Country)
class CountryAdmin(PublicContentAdmin):
    """Countries."""

    list_display = ("name", "iso2", "is_destination")
    list_filter = ("is_destination",)
    search_fields = ("iso2", "name_ro", "name_ru", "name_en")


@admin.register(Location)
class LocationAdmin(PublicContentAdmin):
    """Locations."""

    list_display = ("name", "address", "locality")
    list_select_related = ("locality",)
    search_fields = ("key", "name_ro", "address")
    autocomplete_fields = ("provider", "locality")


class JourneyStepServiceInline(TabularInline):  # type: ignore[misc]  # untyped
    """Services of a step."""

    model = JourneyStepService
    autocomplete_fields = ("service",)
    extra = 0


@admin.register(JourneyStep)
class JourneyStepAdmin(PublicContentAdmin):
    """Steps of journeys, with their services."""

    list_display = ("title", "journey", "position")
    list_filter = ("journey",)
    list_select_related = ("journey",)
    search_fields = ("title_ro", "title_ru", "title_en")
    inlines = (JourneyStepServiceInline,)


@admin.register(Journey)
class JourneyAdmin(CatalogueFormFields, PublicContentAdmin):
    """Journeys."""

    list_display = ("title", "phase", "position")
    search_fields = ("key", "title_ro", "title_ru", "title_en")


@admin.register(ListingReport)
class ListingReportAdmin(CarefulAdmin, ModelAdmin):  # type: ignore[misc]  # untyped
    """What readers reported; read and settle, never rewrite."""

    list_display = ("created_at", "service", "kind", "language", "status")
    list_filter = ("status", "kind", "language")
    list_select_related = ("service",)
    readonly_fields = (
        "service",
        "kind",
        "text",
        "language",
        "status",
        "created_at",
        "settled_at",
        "settled_by",
    )
    actions = ("settle",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Readers write reports, curators do not."""
        return False

    @admin.action(description=gettext_lazy("Settled"), permissions=["change"])
    def settle(self, request: HttpRequest, queryset: models.QuerySet[ListingReport]) -> None:
        """Mark the chosen reports as dealt with."""
        count = actions.settle_reports(reports=list(queryset.values_list("pk", flat=True)), by=_user(request))
        text = ngettext("%(count)d report settled.", "%(count)d reports settled.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)


@admin.register(Synonym)
class SynonymAdmin(CatalogueFormFields, VersionedAdmin):
    """Everyday words that lead to the catalogue's words."""

    list_display = ("term", "language", "expansions", "origin")
    list_filter = ("language", "origin")
    search_fields = ("term", "expansions")
    fields = ("language", "term", "expansions")


@admin.register(MissedSearch)
class MissedSearchAdmin(CarefulAdmin, ModelAdmin):  # type: ignore[misc]  # untyped
    """What people looked for in vain; read, then give it a synonym or a service."""

    list_display = ("term", "language", "count", "last_on")
    list_filter = ("language",)
    search_fields = ("term",)
    readonly_fields = ("term", "language", "count", "last_on")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only searches add rows."""
        return False
