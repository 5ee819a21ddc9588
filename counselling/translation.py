"""Which fields of counselling a client reads."""

from __future__ import annotations

from modeltranslation.translator import TranslationOptions, register

from counselling.models import Reason


@register(Reason)
class ReasonTranslation(TranslationOptions):
    """Reason."""

    fields = ("name", "summary", "bring")
