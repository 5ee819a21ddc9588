"""Which fields of the catalogue a person reads: one column a language, Romanian first."""

from __future__ import annotations

from modeltranslation.translator import TranslationOptions, register

from services import models


@register(models.Locality)
class LocalityTranslation(TranslationOptions):
    """District and seat."""

    fields = ("name", "seat")


@register(models.Country)
class CountryTranslation(TranslationOptions):
    """Country."""

    fields = ("name",)


@register(models.Category)
class CategoryTranslation(TranslationOptions):
    """Category."""

    fields = ("name", "description")


@register(models.Provider)
class ProviderTranslation(TranslationOptions):
    """Provider."""

    fields = ("name", "summary")


@register(models.Phone)
class PhoneTranslation(TranslationOptions):
    """Telephone."""

    fields = ("note", "hours")


@register(models.Location)
class LocationTranslation(TranslationOptions):
    """Location; the address stays as on the street sign."""

    fields = ("name",)


@register(models.Service)
class ServiceTranslation(TranslationOptions):
    """Service."""

    fields = ("name", "summary", "description", "eligibility", "documents", "steps", "legal_basis")


@register(models.CostOption)
class CostOptionTranslation(TranslationOptions):
    """Amount."""

    fields = ("note",)


@register(models.Journey)
class JourneyTranslation(TranslationOptions):
    """Journey."""

    fields = ("title", "summary")


@register(models.JourneyStep)
class JourneyStepTranslation(TranslationOptions):
    """Step of a journey."""

    fields = ("title", "text")
