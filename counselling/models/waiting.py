"""People who wait for an earlier place, or for any; and the places that were offered to them."""

from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from counselling.models.appointment import Appointment
from counselling.models.proof import Proof, ProvedQuerySet, proof_constraints, proof_field
from counselling.models.reason import Mode, Reason
from counselling.models.safety import safe_contact_field, safe_contact_known
from notifications.models import Contact
from shopfronts.models import OpeningHours, ShopFront


def every_day() -> list[int]:
    """All weekdays (ISO 8601)."""
    return list(OpeningHours.Weekday.values)


class WaitingEntryQuerySet(ProvedQuerySet["WaitingEntry"]):
    """Entries by whether they still hold."""

    def open(self) -> Self:
        """Who still waits."""
        return self.filter(status=WaitingEntry.Status.WAITING)


class WaitingEntry(models.Model):
    """A wish: a place for a reason, at a shop-front or at any, on some weekdays, up to a day."""

    class Status(models.TextChoices):
        """Where the wish stands."""

        WAITING = "waiting", _("waiting")
        DONE = "done", _("found a place")
        LEFT = "left", _("left the list")
        OVER = "over", _("over")  # the last day has passed, or three offers were not taken

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reason = models.ForeignKey(Reason, models.CASCADE, related_name="waiting")
    shopfront = models.ForeignKey(ShopFront, models.CASCADE, null=True, blank=True, related_name="waiting")
    language = models.CharField(_("language of the talk"), max_length=3)
    mode = models.CharField(_("way"), max_length=10, choices=Mode.choices, default=Mode.IN_PERSON)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=every_day)
    until_on = models.DateField(_("until"))  # the last day that would do
    instead_of = models.ForeignKey(  # wants an earlier place than this one, which is kept until then
        Appointment, models.SET_NULL, null=True, blank=True, related_name="waiting"
    )
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="waiting"
    )
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, blank=True, related_name="waiting")
    name = models.CharField(_("name or alias"), max_length=80, blank=True)
    safe_contact = safe_contact_field()
    safety_sealed = models.BinaryField(null=True, blank=True)  # encrypted; see counselling/safety.py
    person_key = models.CharField(max_length=64, editable=False)
    proof = proof_field()
    # Keyed hashes of the address and the network it was asked from, while an unproved wish waits.
    origin_key = models.CharField(max_length=64, blank=True, editable=False)
    network_key = models.CharField(max_length=64, blank=True, editable=False)
    site_language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="ro")
    visitor_zone = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    offers_made = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = WaitingEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the waiting list")
        verbose_name_plural = _("waiting list")
        ordering = ["created_at"]
        constraints = [
            safe_contact_known("counselling_waitingentry_safe_contact_known"),
            models.CheckConstraint(
                condition=Q(member__isnull=False) | Q(contact__isnull=False) | ~Q(status="waiting"),
                name="counselling_waitingentry_can_be_reached",
            ),
            models.CheckConstraint(
                condition=Q(offers_made__lte=3), name="counselling_waitingentry_three_offers"
            ),
            models.UniqueConstraint(
                fields=["person_key", "reason"],
                condition=Q(status="waiting") & ~Q(proof=Proof.NONE),
                name="counselling_waitingentry_once_a_reason",
            ),
            *proof_constraints("waitingentry"),
        ]
        indexes = [
            models.Index(
                fields=["network_key"],
                condition=Q(status="waiting") & ~Q(network_key=""),
                name="counselling_waitingentry_net",
            )
        ]

    def __str__(self) -> str:
        return f"{self.status} {str(self.pk)[:8]}"


class Offer(models.Model):
    """A freed place, held for one person of the waiting list until `expires_at` (UTC)."""

    class Status(models.TextChoices):
        """What became of it."""

        OPEN = "open", pgettext_lazy("of an offer", "open")
        TAKEN = "taken", _("taken")
        DECLINED = "declined", _("declined")
        EXPIRED = "expired", _("expired")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(WaitingEntry, models.CASCADE, related_name="offers")
    # The hold; it is deleted when the offer is not taken.
    hold = models.OneToOneField(Appointment, models.SET_NULL, null=True, related_name="offer")
    starts_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(status="open"), name="counselling_offer_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="counselling_offer_lasts"),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.starts_at:%Y-%m-%d %H:%M}"
