"""Who offers services, and where they sit."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.telephones import (
    AT_HOME_ONLY_PATTERN,
    NUMBER_PATTERN,
    dialled,
    rings_only_at_home,
    shown,
    stored,
)
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
    """A telephone number of a provider, or of one of its services alone (HSDS `phone`)."""

    class Kind(models.TextChoices):
        """How one speaks through it."""

        CALL = "call", _("call")
        SMS = "sms", _("SMS")
        CHAT = "chat", _("WhatsApp")

    class RingsFrom(models.TextChoices):
        """From where it can be rung, or from where it is meant to be."""

        ANYWHERE = "anywhere", _("from anywhere")
        MOLDOVA = "moldova", _("only from Moldova")
        ABROAD = "abroad", _("from abroad")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    provider = models.ForeignKey(
        Provider,
        verbose_name=_("provider"),
        on_delete=models.CASCADE,
        related_name="phones",
        null=True,
        blank=True,
    )
    service = models.ForeignKey(
        "services.Service",
        verbose_name=_("service"),
        on_delete=models.CASCADE,
        related_name="phones",
        null=True,
        blank=True,
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    number = models.CharField(
        pgettext_lazy("of a telephone", "number"),
        max_length=40,
        help_text=_("With the prefix of its country, such as +37322240624; a short number as it is dialled."),
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.CALL)
    rings_from = models.CharField(
        _("where it rings"), max_length=8, choices=RingsFrom.choices, default=RingsFrom.ANYWHERE
    )
    note = models.CharField(
        _("note"), max_length=120, blank=True, help_text=_("For example: free of charge.")
    )
    hours = models.CharField(
        _("hours"), max_length=80, blank=True, help_text=_("For example: day and night.")
    )
    languages = code_array(_("languages spoken"), size=3)

    class Meta:
        verbose_name = _("telephone")
        verbose_name_plural = _("telephones")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "position"], name="services_phone_position_unique"),
            models.UniqueConstraint(
                fields=["service", "position"], name="services_phone_position_of_service_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(provider__isnull=True, service__isnull=False)
                | models.Q(provider__isnull=False, service__isnull=True),
                name="services_phone_of_one",
            ),
            models.CheckConstraint(
                condition=models.Q(number__regex=NUMBER_PATTERN), name="services_phone_number_form"
            ),
            models.CheckConstraint(
                condition=~models.Q(number__regex=AT_HOME_ONLY_PATTERN) | models.Q(rings_from="moldova"),
                name="services_phone_rings_as_it_can",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["call", "sms", "chat"])
                & models.Q(rings_from__in=["anywhere", "moldova", "abroad"]),
                name="services_phone_codes_known",
            ),
        ]

    def __str__(self) -> str:
        return self.shown

    def clean(self) -> None:
        """Bring what a curator typed into the stored form, and say where it rings when it can be known."""
        try:
            self.number = stored(self.number)
        except ValueError as error:
            raise ValidationError({"number": _("This is not a telephone number.")}) from error
        if rings_only_at_home(self.number):
            self.rings_from = self.RingsFrom.MOLDOVA

    @property
    def shown(self) -> str:
        """The number as people read it."""
        return shown(self.number)

    @property
    def url(self) -> str:
        """What a tap opens: a call (RFC 3966), a message (RFC 5724), or a chat."""
        if self.kind == self.Kind.CHAT:
            return f"https://wa.me/{self.number.lstrip('+')}"
        return f"{'sms' if self.kind == self.Kind.SMS else 'tel'}:{dialled(self.number)}"


class Location(models.Model):
    """A place where a provider receives people (HSDS `location`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = key_field()
    provider = models.ForeignKey(
        Provider, verbose_name=_("provider"), on_delete=models.CASCADE, related_name="locations"
    )
    name = models.CharField(_("name"), max_length=160)
    address = models.CharField(
        pgettext_lazy("of a place", "address"),
        max_length=240,
        blank=True,
        help_text=_("As on the street sign, in Romanian."),
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
