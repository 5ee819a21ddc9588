"""Counters."""

from __future__ import annotations

import datetime as dt

import factory

from shopfronts.models import Closure, OpeningHours, ShopFront
from shopfronts.prefixes import GIVEN
from tests.factories.services import LocalityFactory, texts


def letters(number: int) -> str:
    """Three capital letters for a number, none twice below 17,576."""
    return "".join(chr(ord("A") + number // 26**place % 26) for place in (2, 1, 0))


class ShopFrontFactory(factory.django.DjangoModelFactory[ShopFront]):
    """A counter, open on weekdays from 8 to 12 and from 13 to 17."""

    class Meta:
        model = ShopFront
        skip_postgeneration_save = True

    slug = "cahul"
    ticket_prefix = factory.LazyAttributeSequence(lambda o, n: GIVEN.get(o.slug) or letters(n))
    name_ro, name_ru, name_en = "Cahul", "Кагул", "Cahul"
    description_ro, description_ru, description_en = "Sudul țării.", "Юг страны.", "The south."
    locality = factory.SubFactory(LocalityFactory)
    languages = ["ro", "ru", "bg", "gag"]
    address = "str. Probei 1"
    latitude, longitude = "45.90425", "28.19929"

    @factory.post_generation
    def hours(self: ShopFront, create: bool, extracted: object, **kwargs: object) -> None:
        """Write the week."""
        for weekday in range(1, 6):
            for opens, closes in ((dt.time(8), dt.time(12)), (dt.time(13), dt.time(17))):
                OpeningHours.objects.create(shopfront=self, weekday=weekday, opens=opens, closes=closes)


class ClosureFactory(factory.django.DjangoModelFactory[Closure]):
    """A day on which all counters are closed by our own decision."""

    class Meta:
        model = Closure

    shopfront = None
    on = dt.date(2026, 12, 24)
    locals().update(texts("name", "Inventar"))
