"""Counters."""

from __future__ import annotations

import datetime as dt

import factory

from shopfronts.models import OpeningHours, ShopFront
from tests.factories.services import LocalityFactory


class ShopFrontFactory(factory.django.DjangoModelFactory[ShopFront]):
    """A counter, open on weekdays from 8 to 12 and from 13 to 17."""

    class Meta:
        model = ShopFront
        skip_postgeneration_save = True

    slug = "cahul"
    name_ro, name_ru, name_en = "Cahul", "Кагул", "Cahul"
    description_ro, description_ru, description_en = "Sudul țării.", "Юг страны.", "The south."
    locality = factory.SubFactory(LocalityFactory)
    languages = ["ro", "ru", "bg", "gag"]
    latitude, longitude = "45.90425", "28.19929"

    @factory.post_generation
    def hours(self: ShopFront, create: bool, extracted: object, **kwargs: object) -> None:
        """Write the week."""
        for weekday in range(1, 6):
            for opens, closes in ((dt.time(8), dt.time(12)), (dt.time(13), dt.time(17))):
                OpeningHours.objects.create(shopfront=self, weekday=weekday, opens=opens, closes=closes)
