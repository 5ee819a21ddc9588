"""The counters: where they are, which languages they speak, when they are open."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.identity import stable_uuid
from common.telephones import dialled, stored
from services.models import Locality

SLUG_PATTERN = r"^[a-z0-9][a-z0-9-]*$"
PREFIX_PATTERN = r"^[A-Z]{1,3}$"


class ShopFront(models.Model):
    """One of the counters where a person meets a counsellor."""

    class WheelchairAccess(models.TextChoices):
        """Whether a person in a wheelchair gets in; unknown until someone has looked."""

        UNKNOWN = "unknown", _("to be announced")
        FULL = "full", _("accessible by wheelchair")
        PARTIAL = "partial", _("partly accessible by wheelchair")
        NONE = "none", _("not accessible by wheelchair")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(_("key"), max_length=40, unique=True, validators=[RegexValidator(SLUG_PATTERN)])
    name = models.CharField(_("name"), max_length=80)
    description = models.TextField(_("description"), blank=True)
    ticket_prefix = models.CharField(
        _("letters of its tickets"),
        max_length=3,
        unique=True,
        validators=[RegexValidator(PREFIX_PATTERN, _("Write one to three capital letters from A to Z."))],
        help_text=_("Tickets are numbered C-001, C-002; each shop-front has letters of its own."),
    )
    locality = models.ForeignKey(
        Locality, verbose_name=_("district"), on_delete=models.PROTECT, related_name="shopfronts"
    )
    languages = ArrayField(
        models.CharField(max_length=3), verbose_name=_("languages spoken"), default=list, blank=True
    )
    address = models.CharField(pgettext_lazy("of a place", "address"), max_length=240, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5)
    longitude = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5)
    directions = models.TextField(
        _("how to get there"), blank=True, help_text=_("For example the stop, the entrance and the floor.")
    )
    wheelchair_access = models.CharField(
        _("wheelchair access"),
        max_length=8,
        choices=WheelchairAccess.choices,
        default=WheelchairAccess.UNKNOWN,
    )
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Chisinau")
    is_open_to_public = models.BooleanField(_("open to the public"), default=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("shop-front")
        verbose_name_plural = _("shop-fronts")
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ticket_prefix__regex=PREFIX_PATTERN),
                name="shopfronts_shopfront_ticket_prefix_form",
            ),
            models.CheckConstraint(
                condition=models.Q(wheelchair_access__in=["unknown", "full", "partial", "none"]),
                name="shopfronts_shopfront_wheelchair_access_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page in the language in force."""
        return reverse("shopfronts:shopfront_detail", args=[self.slug])

    @property
    def can_be_visited(self) -> bool:
        """Whether people know where to go: a talk at a counter without an address is none."""
        return bool(self.address.strip())

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which its hours are meant."""
        return ZoneInfo(self.time_zone)

    @property
    def dial(self) -> str:
        """The telephone for a `tel:` address (RFC 3966), so that it rings from abroad too."""
        try:
            return dialled(stored(self.phone))
        except ValueError:  # an extension, say: as it was written
            return "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")

    @property
    def map_url(self) -> str:
        """Its place on OpenStreetMap; until the address is known, that is only the middle of the town."""
        latitude, longitude = self.latitude, self.longitude
        return (
            f"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=17/{latitude}/{longitude}"
        )


class OpeningHours(models.Model):
    """One stretch of a weekday on which a counter is open; wall-clock times of the shop-front.

    Between its dates, both of them included; a date that is empty sets no limit.
    """

    class Weekday(models.IntegerChoices):
        """ISO 8601 numbers: Monday is 1."""

        MONDAY = 1, _("Monday")
        TUESDAY = 2, _("Tuesday")
        WEDNESDAY = 3, _("Wednesday")
        THURSDAY = 4, _("Thursday")
        FRIDAY = 5, _("Friday")
        SATURDAY = 6, _("Saturday")
        SUNDAY = 7, _("Sunday")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    shopfront = models.ForeignKey(
        ShopFront, verbose_name=_("shop-front"), on_delete=models.CASCADE, related_name="opening_hours"
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    opens: models.TimeField[dt.time, dt.time] = models.TimeField(_("opens"))
    closes: models.TimeField[dt.time, dt.time] = models.TimeField(_("closes"))
    valid_from = models.DateField(
        _("from day"), null=True, blank=True, help_text=_("Empty: no start date. This day is included.")
    )
    valid_until = models.DateField(
        _("until day"), null=True, blank=True, help_text=_("Empty: no end date. This day is included.")
    )

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opens__lt=models.F("closes")), name="shopfronts_openinghours_opens_first"
            ),
            models.CheckConstraint(
                condition=models.Q(weekday__range=(1, 7)), name="shopfronts_openinghours_weekday_known"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__gte=models.F("valid_from")),  # true when either is empty
                name="shopfronts_openinghours_validity_order",
                violation_error_message=_("The hours end before they begin to hold."),
            ),
            models.UniqueConstraint(
                fields=["shopfront", "weekday", "opens", "valid_from"],
                name="shopfronts_openinghours_start_unique",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}–{self.closes:%H:%M}"


def key_of_day(on: dt.date) -> uuid.UUID:
    """The primary key of a day's row for all counters, whoever writes it: the files, the law or the admin."""
    return stable_uuid("closure", on.isoformat())


class Closure(models.Model):
    """A day on which counters are closed, or open all the same; without a shop-front it is about all of them.

    A counter's own row beats the row of all (`shopfronts.schedule.closed_days`).
    """

    class Origin(models.TextChoices):
        """Who closed the day."""

        HOLIDAY = "holiday", _("public holiday by law")
        OWN = "own", _("our own decision")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    shopfront = models.ForeignKey(
        ShopFront,
        verbose_name=_("shop-front"),
        on_delete=models.CASCADE,
        related_name="closures",
        null=True,
        blank=True,
        help_text=_("Empty: all shop-fronts."),
    )
    on = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=160)
    origin = models.CharField(_("origin"), max_length=8, choices=Origin.choices, default=Origin.OWN)
    is_open = models.BooleanField(
        _("open all the same"),
        default=False,
        help_text=_(
            "For one shop-front: it is open on a day on which the others are closed. "
            "For all: the public holiday closes none of them."
        ),
    )

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(
                fields=["shopfront", "on"], name="shopfronts_closure_day_unique", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(origin__in=["holiday", "own"]), name="shopfronts_closure_origin_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.name}"
