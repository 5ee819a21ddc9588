"""Journeys: a whole undertaking as a guided list of services."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from services.models.fields import code_array, key_field
from services.models.service import Service
from services.models.vocabulary import Phase


class Journey(models.Model):
    """A situation of life, from the first step to the last."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = key_field()
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    phase = models.CharField(_("phase"), max_length=20, choices=Phase.choices)
    destination_countries = code_array(_("countries"), size=2)
    title = models.CharField(_("title"), max_length=160)
    summary = models.TextField(_("summary"))

    class Meta:
        verbose_name = _("journey")
        verbose_name_plural = _("journeys")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(phase__in=Phase.values), name="services_journey_phase_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class JourneyStep(models.Model):
    """One step of a journey."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    journey = models.ForeignKey(
        Journey, verbose_name=_("journey"), on_delete=models.CASCADE, related_name="steps"
    )
    position = models.PositiveSmallIntegerField(_("order"))
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("text"), blank=True)
    services: models.ManyToManyField[Service, JourneyStepService] = models.ManyToManyField(
        Service, verbose_name=_("services"), through="JourneyStepService", related_name="journey_steps"
    )

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["journey", "position"], name="services_journeystep_position_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class JourneyStepService(models.Model):
    """A service that helps at a step."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    step = models.ForeignKey(JourneyStep, on_delete=models.CASCADE, related_name="step_services")
    service = models.ForeignKey(Service, verbose_name=_("service"), on_delete=models.CASCADE)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("service of a step")
        verbose_name_plural = _("services of a step")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "service"], name="services_journeystepservice_once_a_step"
            ),
        ]

    def __str__(self) -> str:
        return str(self.service)
