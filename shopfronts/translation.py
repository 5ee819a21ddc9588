"""Which fields of a shop-front a person reads."""

from __future__ import annotations

from modeltranslation.translator import TranslationOptions, register

from shopfronts.models import Closure, ShopFront


@register(ShopFront)
class ShopFrontTranslation(TranslationOptions):
    """Shop-front."""

    fields = ("name", "description", "directions")


@register(Closure)
class ClosureTranslation(TranslationOptions):
    """Closure."""

    fields = ("name",)
