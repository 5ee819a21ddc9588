"""Who offers services, and where they sit."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.models.fields import code_array, key_field, source_fields
from services.models.place import Locality
from services.models.vocabulary import Sector


class ProviderQuerySet(models.QuerySet["Provider"]):
    """Providers as visitors see them."""

    def with_published_services(self) -> ProviderQuerySet:
        """Those who offer at least one service that visitors see."""
        return self.filter(services__status="published").distinct()


class Provider(models.Model):
    """An organisation that offers services (HSDS `organization`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = key_field()
    name = models.CharField(_("name"), max_length=160)
    summary = models.TextField(_("summary"), blank=True)
    abbreviations = ArrayField(
        models.CharField(max_length=24), verbose_name=_("abbreviations"), default=list, blank=True
    )
    sector = models.CharField(_("sector"), max_length=20, choices=Sector.choices)
    website = models.URLField(_("website"), max_length=300, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    coverage = code_array(_("where it works"), size=80)
    source, source_date = source_fields()
    note = models.TextField(_("note for curators"), blank=True)

    objects = ProviderQuerySet.as_manager()

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sector__in=Sector.values), name="services_provider_sector_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Phone(models.Model):
    """A telephone number of a provider, as people dial it (HSDS `phone`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    provider = models.ForeignKey(
        Provider, verbose_name=_("provider"), on_delete=models.CASCADE, related_name="phones"
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    number = models.CharField(_("number"), max_length=40)
    note = models.CharField(_("note"), max_length=120, blank=True, help_text=_("For example: from abroad."))

    class Meta:
        verbose_name = _("telephone")
        verbose_name_plural = _("telephones")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "position"], name="services_phone_position_unique"),
            models.CheckConstraint(
                condition=models.Q(number__regex=r"^\+?[0-9][0-9 ()./-]{2,}$"),
                name="services_phone_number_form",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def dial(self) -> str:
        """The number for a `tel:` address (RFC 3966): digits and a leading plus."""
        return "".join(sign for sign in self.number if sign.isdigit() or sign == "+")


class Location(models.Model):
    """A place where a provider receives people (HSDS `location`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = key_field()
    provider = models.ForeignKey(
        Provider, verbose_name=_("provider"), on_delete=models.CASCADE, related_name="locations"
    )
    name = models.CharField(_("name"), max_length=160)
    address = models.CharField(
        _("address"), max_length=240, blank=True, help_text=_("As on the street sign, in Romanian.")
    )
    locality = models.ForeignKey(
        Locality, verbose_name=_("district"), on_delete=models.PROTECT, related_name="locations"
    )
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True, blank=True)

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name
