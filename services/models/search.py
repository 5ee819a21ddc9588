"""What people say instead of the catalogue's words, and what they looked for in vain."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchLanguage(models.TextChoices):
    """Languages that people search in."""

    RO = "ro", "Română"
    RU = "ru", "Русский"
    EN = "en", "English"


class Synonym(models.Model):
    """An everyday word, and the words of the catalogue that a search for it looks for as well."""

    class Origin(models.TextChoices):
        """Where an entry comes from: reloading the file leaves the curators' own alone."""

        FILE = "file", _("the project's file")
        CURATOR = "curator", _("a curator")

    language = models.CharField(_("language"), max_length=2, choices=SearchLanguage.choices)
    term = models.CharField(
        _("what people type"),
        max_length=80,
        help_text=_("One word or a short phrase, with or without accents."),
    )
    expansions = ArrayField(
        models.CharField(max_length=80),
        verbose_name=_("what the catalogue calls it"),
        help_text=_("Each is a word or a phrase; for a phrase, all of its words must match."),
    )
    origin = models.CharField(_("origin"), max_length=8, choices=Origin.choices, default=Origin.CURATOR)
    # Filled by a trigger: the stems of the term, and each expansion as a text search query.
    lexemes = ArrayField(models.TextField(), default=list, blank=True, editable=False)
    queries = ArrayField(models.TextField(), default=list, blank=True, editable=False)

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["language", "term"]
        constraints = [
            models.UniqueConstraint(fields=["language", "term"], name="services_synonym_once_a_language"),
            models.CheckConstraint(
                condition=models.Q(language__in=SearchLanguage.values), name="services_synonym_language_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.term} → {', '.join(self.expansions)}"


class MissedSearch(models.Model):
    """How often people looked for something and found nothing; says nothing about who they are."""

    language = models.CharField(_("language"), max_length=2, choices=SearchLanguage.choices)
    term = models.CharField(_("what people typed"), max_length=60)
    count = models.PositiveIntegerField(_("how often"), default=0)
    last_on = models.DateField(_("last on"))

    class Meta:
        verbose_name = _("search without a result")
        verbose_name_plural = _("searches without a result")
        ordering = ["-count", "term"]
        constraints = [
            models.UniqueConstraint(
                fields=["language", "term"], name="services_missedsearch_once_a_language"
            ),
            models.CheckConstraint(
                condition=models.Q(language__in=SearchLanguage.values),
                name="services_missedsearch_language_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.term} ({self.language}) × {self.count}"
