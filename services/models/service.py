"""The entry of the catalogue."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from services.models.fields import (
    PARTIAL_DATE_PATTERN,
    code_array,
    key_field,
    known_codes,
    lines_field,
    number_field,
    same_length,
    source_fields,
    translated_when_published,
)
from services.models.provider import Location, Provider
from services.models.taxonomy import Category
from services.models.vocabulary import Audience, CostType, Mode, Phase, PublicationStatus

if TYPE_CHECKING:
    from accounts.models import User

STALE_AFTER = dt.timedelta(days=240)  # docs of the product: older knowledge is shown as not verified


CARD_FIELDS = (
    "key",
    "number",
    "category__key",
    "category__number",
    "category__is_sensitive",
    "cost_type",
    "modes",
    "is_confirmed",
    "verified_on",
    "source_date",
    "valid_until",
    "provider__key",
)


PAGE_FIELDS = (
    *CARD_FIELDS,
    *("phases", "audiences", "destination_countries", "languages", "coverage"),
    *("url", "source"),
    *("provider__sector", "provider__website", "provider__email"),
)
PAGE_TEXTS = (
    *("name", "summary", "description", "eligibility", "documents", "steps", "legal_basis"),
    "provider__name",
)


class ServiceQuerySet(models.QuerySet["Service"]):
    """Services by who may see them."""

    def published(self) -> ServiceQuerySet:
        """What visitors see."""
        return self.filter(status=PublicationStatus.PUBLISHED)

    def best_known_first(self) -> ServiceQuerySet:
        """Confirmed ones first, then those that a person verified last, then by key."""
        return self.order_by("-is_confirmed", models.F("verified_on").desc(nulls_last=True), "key")

    def visible_to(self, user: User | None) -> ServiceQuerySet:
        """Published ones for everyone; curators see the others too."""
        if user is not None and user.has_perm("services.change_service"):
            return self
        return self.published()

    def for_cards(self) -> ServiceQuerySet:
        """With what a card in a list shows in the language in force, and no more, in one query."""
        language = get_language() or "ro"
        texts = (f"{name}_{language}" for name in ("name", "summary", "provider__name"))
        return self.select_related("provider", "category").only(*CARD_FIELDS, *texts)

    def for_page(self) -> ServiceQuerySet:
        """With what a service's page shows in the language in force, and no more, in one query."""
        language = get_language() or "ro"
        texts = (f"{name}_{language}" for name in PAGE_TEXTS)
        return self.select_related("provider", "category").only(*PAGE_FIELDS, *texts)


class Service(models.Model):
    """One thing that one provider does for people (HSDS `service`)."""

    class Freshness(models.TextChoices):
        """How far a reader may trust that the page is still true."""

        VERIFIED = "verified", _("verified")
        STALE = "stale", _("not verified since")
        SOURCE = "source", _("from the source")  # nobody here has checked it
        LAPSED = "lapsed", _("the terms have ended")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = key_field()
    number = number_field()
    provider = models.ForeignKey(
        Provider, verbose_name=_("provider"), on_delete=models.PROTECT, related_name="services"
    )
    category = models.ForeignKey(
        Category,
        verbose_name=pgettext_lazy("of the catalogue", "category"),
        on_delete=models.PROTECT,
        related_name="services",
        limit_choices_to={"parent__isnull": False},
    )
    name = models.CharField(_("name"), max_length=160)
    summary = models.TextField(_("summary"), blank=True)
    description = models.TextField(_("description"), blank=True)
    eligibility = models.TextField(_("who may use it"), blank=True)
    documents = lines_field(
        _("documents to bring"), _("One a line, the same number of lines in each language.")
    )
    steps = lines_field(_("steps"), _("One a line, the same number of lines in each language."))
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    phases = code_array(_("phases"), choices=Phase.choices)
    audiences = code_array(_("audiences"), choices=Audience.choices)
    destination_countries = code_array(_("countries"), size=2)
    modes = code_array(_("ways to reach it"), choices=Mode.choices)
    languages = code_array(_("languages spoken"), size=3)
    coverage = code_array(_("where it is offered"), size=80)
    cost_type = models.CharField(_("cost"), max_length=8, choices=CostType.choices)
    url = models.URLField(_("link"), max_length=500, blank=True)
    source, source_date = source_fields()
    sources = lines_field(
        _("more sources"),
        _("One a line: where single steps, sums and dates were read, with the day of the page."),
    )
    status = models.CharField(
        _("status"), max_length=12, choices=PublicationStatus.choices, default=PublicationStatus.DRAFT
    )
    is_confirmed = models.BooleanField(
        pgettext_lazy("of a service", "confirmed"),
        default=False,
        help_text=_("Someone has checked that the service exists as described."),
    )
    verified_on = models.DateField(
        _("verified on"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The day on which one of us checked it; what a source says is no such day."),
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("verified by"),
    )
    valid_until = models.DateField(
        _("terms hold until"), null=True, blank=True, help_text=_("The last day on which the text holds.")
    )
    note = models.TextField(_("note for curators"), blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)
    locations: models.ManyToManyField[Location, ServiceAtLocation] = models.ManyToManyField(
        Location, verbose_name=_("locations"), through="ServiceAtLocation", related_name="services"
    )
    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["name"]
        indexes = [
            models.Index(fields=["category", "status", "key"], name="services_service_of_category"),
            models.Index(fields=["provider", "status", "key"], name="services_service_of_provider"),
            models.Index(fields=["-verified_on", "key"], name="services_service_verified"),
            GinIndex(fields=["destination_countries"], name="services_service_countries"),
        ]
        constraints = [
            known_codes("services_service_phases_known", "phases", Phase.values, required=True),
            known_codes("services_service_audiences_known", "audiences", Audience.values, required=True),
            known_codes("services_service_modes_known", "modes", Mode.values, required=True),
            models.CheckConstraint(
                condition=models.Q(cost_type__in=CostType.values), name="services_service_cost_type_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=PublicationStatus.values), name="services_service_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(verified_on__isnull=True, verified_by__isnull=True)
                | models.Q(verified_on__isnull=False, verified_by__isnull=False),
                name="services_service_verified_by_a_person",
            ),
            models.CheckConstraint(
                condition=models.Q(source_date="") | models.Q(source_date__regex=PARTIAL_DATE_PATTERN),
                name="services_service_source_date_form",
            ),
            same_length("services_service_documents_same_length", "documents"),
            same_length("services_service_steps_same_length", "steps"),
            translated_when_published(
                "services_service_published_translated", "name", "summary", "description"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page in the language in force."""
        return reverse("services:service_detail", args=[self.address_key])

    @property
    def is_sensitive(self) -> bool:
        """Whether it is for people in danger, by its topic: then no address, title or copy may tell of it."""
        return self.category.is_sensitive

    @property
    def address_key(self) -> str:
        """What stands for it in addresses: its key, or its number where the key would tell too much."""
        return str(self.number) if self.is_sensitive else self.key

    @property
    def mode_labels(self) -> list[str]:
        """How the service is reached, in words."""
        return [str(Mode(code).label) for code in Mode.values if code in self.modes]

    @property
    def freshness(self) -> Service.Freshness:
        """How far to trust the page today (dates in the zone of Moldova)."""
        today = timezone.localdate()
        if self.valid_until is not None and self.valid_until < today:
            return self.Freshness.LAPSED
        if self.verified_on is None:
            return self.Freshness.SOURCE
        if today - self.verified_on >= STALE_AFTER:
            return self.Freshness.STALE
        return self.Freshness.VERIFIED


class ServiceAtLocation(models.Model):
    """A service offered at a place (HSDS `service_at_location`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="at_locations")
    location = models.ForeignKey(
        Location, verbose_name=_("location"), on_delete=models.CASCADE, related_name="at_services"
    )

    class Meta:
        verbose_name = _("service at a location")
        verbose_name_plural = _("services at locations")
        constraints = [
            models.UniqueConstraint(fields=["service", "location"], name="services_serviceatlocation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} @ {self.location_id}"


class CostOption(models.Model):
    """An amount to pay, or that is paid out, with the year it was true (HSDS `cost_option`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(
        Service, verbose_name=_("service"), on_delete=models.CASCADE, related_name="cost_options"
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    amount: models.DecimalField[Decimal, Decimal] = models.DecimalField(
        _("amount"), max_digits=12, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    currency = models.CharField(
        _("currency"), max_length=3, default="MDL", validators=[RegexValidator(r"^[A-Z]{3}$")]
    )
    year = models.PositiveSmallIntegerField(
        _("year"), null=True, blank=True, help_text=_("Empty when the source shows no date.")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("amount")
        verbose_name_plural = _("amounts")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "position"], name="services_costoption_position_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0), name="services_costoption_amount_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(currency__regex=r"^[A-Z]{3}$"), name="services_costoption_currency_form"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
