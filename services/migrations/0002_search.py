"""Text search: configurations, documents kept by triggers, counts, synonyms."""

from pathlib import Path

import django.contrib.postgres.fields
from django.db import migrations, models

SQL = Path(__file__).parent / "sql" / "0002_search.sql"
LANGUAGES = [("ro", "Română"), ("ru", "Русский"), ("en", "English")]


class Migration(migrations.Migration):
    dependencies = [("services", "0001_initial")]

    operations = [
        migrations.RemoveField(model_name="service", name="search_en"),
        migrations.RemoveField(model_name="service", name="search_ro"),
        migrations.RemoveField(model_name="service", name="search_ru"),
        migrations.CreateModel(
            name="MissedSearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("language", models.CharField(choices=LANGUAGES, max_length=2, verbose_name="language")),
                ("term", models.CharField(max_length=60, verbose_name="what people typed")),
                ("count", models.PositiveIntegerField(default=0, verbose_name="how often")),
                ("last_on", models.DateField(verbose_name="last on")),
            ],
            options={
                "verbose_name": "search without a result",
                "verbose_name_plural": "searches without a result",
                "ordering": ["-count", "term"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("language", "term"), name="services_missedsearch_once_a_language"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["ro", "ru", "en"])),
                        name="services_missedsearch_language_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Synonym",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("language", models.CharField(choices=LANGUAGES, max_length=2, verbose_name="language")),
                (
                    "term",
                    models.CharField(
                        help_text="One word or a short phrase, with or without accents.",
                        max_length=80,
                        verbose_name="what people type",
                    ),
                ),
                (
                    "expansions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80),
                        help_text='Each is a word or a phrase; for a phrase, all of its words must match.',
                        size=None,
                        verbose_name="what the catalogue calls it",
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("file", "the project's file"), ("curator", "a curator")],
                        default="curator",
                        max_length=8,
                        verbose_name="origin",
                    ),
                ),
                (
                    "lexemes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, default=list, editable=False, size=None
                    ),
                ),
                (
                    "queries",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), blank=True, default=list, editable=False, size=None
                    ),
                ),
            ],
            options={
                "verbose_name": "synonym",
                "verbose_name_plural": "synonyms",
                "ordering": ["language", "term"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("language", "term"), name="services_synonym_once_a_language"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["ro", "ru", "en"])),
                        name="services_synonym_language_known",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
