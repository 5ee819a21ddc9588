"""Rows of the catalogue; each text says its language, so that a mixed page is seen."""

from __future__ import annotations

from typing import Any

import factory

from common.telephones import rings_only_at_home
from services.models import (
    Category,
    CostOption,
    Country,
    Journey,
    JourneyStep,
    Locality,
    Location,
    Phone,
    Provider,
    Service,
)
from tests.factories.accounts import UserFactory


def texts(field: str, words: str) -> dict[str, Any]:
    """The three columns of a translated field."""
    return {f"{field}_{language}": f"{words} {language}" for language in ("ro", "ru", "en")}


def lines(field: str, *words: str) -> dict[str, Any]:
    """The three columns of a translated list."""
    return {
        f"{field}_{language}": [f"{word} {language}" for word in words] for language in ("ro", "ru", "en")
    }


class LocalityFactory(factory.django.DjangoModelFactory[Locality]):
    """A district."""

    class Meta:
        model = Locality
        django_get_or_create = ("key",)

    key = "cahul"
    name_ro, name_ru, name_en = "Cahul", "Кагул", "Cahul"
    seat_ro, seat_ru, seat_en = "Cahul", "Кагул", "Cahul"
    kind = "district"
    iso_3166_2 = factory.LazyAttribute(lambda o: "MD-CA" if o.key == "cahul" else f"MD-{o.key[:2].upper()}")
    development_region = "south"
    latitude, longitude = "45.90425", "28.19929"


class CountryFactory(factory.django.DjangoModelFactory[Country]):
    """A country."""

    class Meta:
        model = Country
        django_get_or_create = ("iso2",)

    iso2 = "IT"
    name_ro, name_ru, name_en = "Italia", "Италия", "Italy"
    time_zones = ["Europe/Rome"]
    is_destination = True


class CategoryFactory(factory.django.DjangoModelFactory[Category]):
    """A part of a field, with the field above it."""

    class Meta:
        model = Category
        django_get_or_create = ("key",)

    key = "ss_pensions"
    position = 1
    name_ro, name_ru, name_en = "Pensii", "Пенсии", "Pensions"
    parent = factory.SubFactory(
        "tests.factories.services.CategoryFactory",
        key="social_security",
        name_ro="Asigurări sociale",
        name_ru="Социальное страхование",
        name_en="Social security",
        parent=None,
    )


class ProviderFactory(factory.django.DjangoModelFactory[Provider]):
    """A public institution."""

    class Meta:
        model = Provider
        django_get_or_create = ("key",)

    key = "cnas"
    name_ro = "Casa Națională de Asigurări Sociale (CNAS)"
    name_ru = "Национальная касса социального страхования (CNAS)"
    name_en = "National Social Insurance House (CNAS)"
    summary_ro, summary_ru, summary_en = "Plătește pensii.", "Платит пенсии.", "Pays pensions."
    sector = "public"
    website = "https://cnas.gov.md"


class PhoneFactory(factory.django.DjangoModelFactory[Phone]):
    """A telephone."""

    class Meta:
        model = Phone

    provider = factory.SubFactory(ProviderFactory)
    position = factory.Sequence(lambda n: n)
    number = "+37380077777"
    rings_from = factory.LazyAttribute(
        lambda phone: "moldova" if rings_only_at_home(phone.number) else "anywhere"
    )


class LocationFactory(factory.django.DjangoModelFactory[Location]):
    """A place of the provider."""

    class Meta:
        model = Location

    key = factory.Sequence(lambda n: f"place-{n}")
    provider = factory.SubFactory(ProviderFactory)
    locality = factory.SubFactory(LocalityFactory)
    name_ro, name_ru, name_en = "Ghișeul din Cahul", "Окно в Кагуле", "Cahul office"
    address = "str. Ștefan cel Mare 1, Cahul"


class ServiceFactory(factory.django.DjangoModelFactory[Service]):
    """A published, complete service."""

    class Meta:
        model = Service

    class Params:
        words = factory.Sequence(lambda n: f"Serviciul {n}")

    key = factory.Sequence(lambda n: f"service-{n}")
    provider = factory.SubFactory(ProviderFactory)
    category = factory.SubFactory(CategoryFactory)
    name_ro = factory.LazyAttribute(lambda o: f"{o.words} ro")
    name_ru = factory.LazyAttribute(lambda o: f"{o.words} ru")
    name_en = factory.LazyAttribute(lambda o: f"{o.words} en")
    locals().update(texts("summary", "Pe scurt"), **texts("description", "Descriere"))
    locals().update(lines("documents", "Buletin", "Cerere"), **lines("steps", "Depuneți", "Primiți"))
    phases = ["abroad"]
    audiences = ["current_migrants"]
    modes = ["in_person"]
    languages = ["ro"]
    coverage = ["nationwide"]
    cost_type = "free"
    verified_on = None
    source = "https://cnas.gov.md/pagina"
    status = "published"
    is_confirmed = True
    verified_by = factory.Maybe("verified_on", factory.SubFactory(UserFactory), None)


class CostOptionFactory(factory.django.DjangoModelFactory[CostOption]):
    """An amount."""

    class Meta:
        model = CostOption

    service = factory.SubFactory(ServiceFactory)
    position = factory.Sequence(lambda n: n)
    amount = "650.00"


class JourneyFactory(factory.django.DjangoModelFactory[Journey]):
    """A journey without steps."""

    class Meta:
        model = Journey

    key = factory.Sequence(lambda n: f"journey-{n}")
    phase = "abroad"
    locals().update(texts("title", "Traseu"), **texts("summary", "Rezumat"))


class JourneyStepFactory(factory.django.DjangoModelFactory[JourneyStep]):
    """A step."""

    class Meta:
        model = JourneyStep

    journey = factory.SubFactory(JourneyFactory)
    position = factory.Sequence(lambda n: n)
    locals().update(texts("title", "Pasul"), **texts("text", "Ce faceți"))
