"""Places: the districts of Moldova, and the countries that people go to."""

from __future__ import annotations

import uuid

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.models.fields import key_field, source_fields


class Locality(models.Model):
    """A district, municipality or autonomous unit of Moldova, with its official codes."""

    class Kind(models.TextChoices):
        """What the law calls the unit (Law 764/2001 on administrative organisation)."""

        DISTRICT = "district", _("district")
        MUNICIPALITY = "municipality", _("municipality")
        AUTONOMOUS_UNIT = "autonomous_territorial_unit", _("autonomous territorial unit")
        LEFT_BANK_UNIT = "left_bank_territorial_unit", _("territorial unit on the left bank")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = key_field()
    name = models.CharField(_("name"), max_length=120)
    seat = models.CharField(_("seat"), max_length=120)
    kind = models.CharField(_("kind"), max_length=32, choices=Kind.choices)
    iso_3166_2 = models.CharField(
        _("ISO 3166-2 code"), max_length=6, unique=True, validators=[RegexValidator(r"^MD-[A-Z]{2}$")]
    )
    cuatm = models.CharField(
        _("CUATM code"),
        max_length=7,
        blank=True,
        help_text=_("Official classifier of administrative units; empty until it was checked there."),
    )
    development_region = models.CharField(_("development region"), max_length=24)
    latitude = models.DecimalField(_("latitude of the seat"), max_digits=8, decimal_places=5)
    longitude = models.DecimalField(_("longitude of the seat"), max_digits=8, decimal_places=5)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    population_year = models.CharField(_("year of the count"), max_length=40, blank=True)
    source, source_date = source_fields()

    class Meta:
        verbose_name = _("district")
        verbose_name_plural = _("districts")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(iso_3166_2__regex=r"^MD-[A-Z]{2}$"), name="services_locality_iso_form"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Country(models.Model):
    """A country that a service is about, or that people live in (ISO 3166-1 alpha-2)."""

    iso2 = models.CharField(
        _("ISO code"), max_length=2, primary_key=True, validators=[RegexValidator(r"^[A-Z]{2}$")]
    )
    name = models.CharField(_("name"), max_length=120)
    search_words = models.JSONField(
        _("other names that people type"), default=dict, blank=True, help_text=_("A list for each language.")
    )
    time_zones = models.JSONField(_("time zones"), default=list, blank=True)
    estimates = models.JSONField(_("estimates of the diaspora"), default=list, blank=True)
    missions = models.JSONField(_("embassies and consulates"), default=list, blank=True)
    social_security = models.JSONField(_("social security agreement"), null=True, blank=True)
    is_destination = models.BooleanField(
        _("has a page of its own"), default=False, help_text=_("One of the main countries of stay.")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=999)

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(iso2__regex=r"^[A-Z]{2}$"), name="services_country_iso2_form"
            ),
        ]

    def __str__(self) -> str:
        return self.name
