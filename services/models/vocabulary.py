"""Closed vocabularies of the catalogue; the words that a visitor reads are `services.labels`."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Phase(models.TextChoices):
    """Where in the migration cycle someone stands."""

    PRE_DEPARTURE = "pre_departure", _("Thinking of leaving")
    ABROAD = "abroad", _("Abroad")
    RETURN = "return", _("Coming home")
    REINTEGRATION = "reintegration", _("Back home")


class Audience(models.TextChoices):
    """Whom a service is for."""

    POTENTIAL_MIGRANTS = "potential_migrants", _("People thinking of leaving")
    CURRENT_MIGRANTS = "current_migrants", _("People living abroad")
    RETURNING_MIGRANTS = "returning_migrants", _("People coming home")
    FAMILIES_LEFT_BEHIND = "families_left_behind", _("Families at home")
    CHILDREN = "children", _("Children")
    DIASPORA_INVESTORS = "diaspora_investors", _("Investors from the diaspora")
    FOREIGNERS_IN_MOLDOVA = "foreigners_in_moldova", _("Foreigners in Moldova")
    STUDENTS_AND_YOUTH = "students_and_youth", _("Students and young people")
    PENSIONERS = "pensioners", _("Pensioners")
    VULNERABLE_PERSONS = "vulnerable_persons", _("People in a difficult situation")


class Mode(models.TextChoices):
    """How a service is reached."""

    IN_PERSON = "in_person", _("In person")
    ONLINE = "online", _("Online")
    PHONE = "phone", _("By phone")


class CostType(models.TextChoices):
    """Whether the person pays."""

    FREE = "free", _("Free")
    PAID = "paid", _("Paid")
    MIXED = "mixed", _("Partly free")


class Sector(models.TextChoices):
    """What kind of organisation a provider is."""

    PUBLIC = "public", _("Public institution")
    CIVIL_SOCIETY = "civil_society", _("Non-governmental organisation")
    INTERGOVERNMENTAL = "intergovernmental", _("International organisation")
    PRIVATE = "private", _("Private company")


class PublicationStatus(models.TextChoices):
    """Whether visitors see a record. A suggestion is an idea for a service that nobody offers yet."""

    SUGGESTION = "suggestion", _("suggestion")
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    ARCHIVED = "archived", _("archived")


class WideCoverage(models.TextChoices):
    """Coverage that is not one district."""

    NATIONWIDE = "nationwide", _("Whole country")
    ABROAD = "abroad", _("Abroad")
    ONLINE = "online", _("Online")
