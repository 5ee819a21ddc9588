"""The numbers to call in danger, in the code itself: they must answer when database, cache and network do not.

The catalogue has the same numbers; a test compares them, so that neither changes alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.telephones import dialled, shown

EMERGENCY = "112"


@dataclass(frozen=True, slots=True)
class Number:
    """A stored number (`common.telephones`), and from where it is rung: moldova or abroad."""

    number: str
    rings_from: str

    @property
    def shown(self) -> str:
        """As people read it."""
        return shown(self.number)

    @property
    def url(self) -> str:
        """What a tap opens."""
        return f"tel:{dialled(self.number)}"


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A line for one kind of danger."""

    service: str  # key in the catalogue
    topic: str  # key of its category there
    question: Any  # what somebody in that danger would say, lazily translated
    name: Any
    hours: Any  # empty where nobody has published them
    languages: Any
    numbers: tuple[Number, ...]  # at home first


def _numbers(at_home: str, abroad: str = "") -> tuple[Number, ...]:
    numbers = [Number(at_home, "moldova")]
    return tuple([*numbers, Number(abroad, "abroad")] if abroad else numbers)


DAY_AND_NIGHT = _("day and night")
ROMANIAN_RUSSIAN = _("in Romanian and Russian")
LINES = (
    HelpLine(
        "domestic-violence-help",
        "lg_violence",
        _("Somebody in my home beats me"),
        _("Line for women and girls, free of charge and confidential"),
        DAY_AND_NIGHT,
        ROMANIAN_RUSSIAN,
        _numbers("+37380088008", "+37322240624"),
    ),
    HelpLine(
        "safe-migration-hotline",
        "lg_trafficking",
        _("They took my papers, do not pay me or do not let me go"),
        _("Line for safe migration, free of charge and confidential"),
        _("8:00–20:00, Moldova’s time"),
        ROMANIAN_RUSSIAN,
        _numbers("+37380077777", "+37322233309"),
    ),
    HelpLine(
        "child-helpline-service",
        "fm_child_protection",
        _("A child is in danger"),
        _("Child helpline, free of charge and anonymous"),
        "",
        ROMANIAN_RUSSIAN,
        _numbers("116111"),
    ),
    HelpLine(
        "consular-emergency",
        "doc_consular",
        _("Accident or arrest abroad"),
        _("Ministry of Foreign Affairs, help from the consulate"),
        "",
        ROMANIAN_RUSSIAN,
        _numbers("+37380090990", "+37322690990"),
    ),
    HelpLine(
        "left-bank-hotline",
        "lg_trafficking",
        _("I live on the left bank of the Nistru"),
        _("Line for the left bank of the Nistru, free of charge"),
        _("8:00–23:00, Moldova’s time"),
        ROMANIAN_RUSSIAN,
        _numbers("+37380088888", "+37353386030"),
    ),
)


def lines(*topics: str) -> list[HelpLine]:
    """The lines of some topics, or all where those name none."""
    return [line for line in LINES if line.topic in topics] or list(LINES)
