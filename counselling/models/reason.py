"""Why people come: the bookable kinds of counselling and the rules that hold for each."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from services.models import Category
from services.models.fields import key_field


class Mode(models.TextChoices):
    """How counsellor and client speak with each other."""

    IN_PERSON = "in_person", _("face to face")
    PHONE = "phone", _("by telephone")
    VIDEO = "video", _("by video")


def default_modes() -> list[str]:
    """Every way."""
    return list(Mode.values)


def default_reminders() -> list[int]:
    """A week, two days and three hours before."""
    return [168, 48, 3]


class NextNumber(Func):
    """The next number of a reason."""

    template = "nextval('counselling_reason_number')"
    output_field = models.PositiveIntegerField()


class ReasonQuerySet(models.QuerySet["Reason"]):
    """Reasons by what may be done with them."""

    def bookable(self) -> Self:
        """Those that visitors may book."""
        return self.filter(is_bookable=True)


class Reason(models.Model):
    """What people come for, how long it takes and when it may be booked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = key_field()
    # What addresses call it: browsers keep addresses, and a key would tell what somebody came for.
    number = models.PositiveIntegerField(
        pgettext_lazy("in an address of the site", "number"),
        unique=True,
        editable=False,
        db_default=NextNumber(),
    )
    name = models.CharField(_("name"), max_length=120)
    summary = models.CharField(_("in one sentence"), max_length=240, blank=True)
    bring = models.TextField(
        _("what to bring"), blank=True, help_text=_("One thing a line; lines are shown as a list.")
    )
    categories = models.ManyToManyField(
        Category, verbose_name=_("topics of the catalogue"), blank=True, related_name="reasons"
    )
    duration = models.PositiveSmallIntegerField(
        _("duration, minutes"), default=30, validators=[MinValueValidator(5), MaxValueValidator(480)]
    )
    buffer_before = models.PositiveSmallIntegerField(_("kept free before, minutes"), default=0)
    buffer_after = models.PositiveSmallIntegerField(_("kept free after, minutes"), default=10)
    notice_hours = models.PositiveSmallIntegerField(
        _("minimum notice, hours"), default=2, help_text=_("Visitors are not offered times sooner than this.")
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("bookable ahead, days"), default=42, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    modes = ArrayField(
        models.CharField(max_length=10, choices=Mode.choices), verbose_name=_("ways"), default=default_modes
    )
    places = models.PositiveSmallIntegerField(
        _("places"), default=1, help_text=_("One: a talk alone with a counsellor. More: a group session.")
    )
    same_counsellor = models.BooleanField(
        _("a follow-up is with the same counsellor"),
        default=False,
        help_text=_("Anyone who has already come about this is offered only that counsellor’s times."),
    )
    most_open = models.PositiveSmallIntegerField(
        _("upcoming bookings per person"),
        default=2,
        help_text=_("How many upcoming bookings a person may have at once."),
    )
    reminder_hours = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("reminders, hours before"),
        default=default_reminders,
        blank=True,
    )
    is_bookable = models.BooleanField(_("may be booked"), default=True)
    is_sensitive = models.BooleanField(
        pgettext_lazy("of a reason", "sensitive"),
        default=False,
        help_text=_(
            "Whoever comes for this may be in danger if others learn of it: messages, calendars and pages behind links "
            "do not name it, and the form asks whether it is safe to write and to call."
        ),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = ReasonQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of a talk", "reason")
        verbose_name_plural = _("reasons")
        ordering = ["position", "key"]
        constraints = [
            models.CheckConstraint(condition=Q(duration__range=(5, 480)), name="counselling_reason_duration"),
            models.CheckConstraint(
                condition=Q(buffer_before__lte=240, buffer_after__lte=240), name="counselling_reason_buffers"
            ),
            models.CheckConstraint(
                condition=Q(horizon_days__range=(1, 365)), name="counselling_reason_horizon"
            ),
            models.CheckConstraint(condition=Q(places__range=(1, 200)), name="counselling_reason_places"),
            models.CheckConstraint(condition=Q(most_open__gte=1), name="counselling_reason_most_open"),
            models.CheckConstraint(
                condition=Q(modes__len__gte=1) & Q(modes__contained_by=Mode.values),
                name="counselling_reason_modes_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.key

    @property
    def is_group(self) -> bool:
        """Whether several people come at the same time."""
        return self.places > 1

    @property
    def length(self) -> dt.timedelta:
        """How long a talk takes."""
        return dt.timedelta(minutes=self.duration)

    @property
    def before(self) -> dt.timedelta:
        """What the counsellor needs before it."""
        return dt.timedelta(minutes=self.buffer_before)

    @property
    def after(self) -> dt.timedelta:
        """What the counsellor needs after it."""
        return dt.timedelta(minutes=self.buffer_after)

    @property
    def public_name(self) -> str:
        """What others may read: in messages, calendars, pages behind links, lists and titles; never the name itself."""
        return gettext("a talk at NEXUS") if self.is_sensitive else self.name

    @property
    def public_bring(self) -> list[str]:
        """What to bring, where others may read it; nothing for what is sensitive, for things tell too."""
        return [] if self.is_sensitive else self.things_to_bring

    @property
    def things_to_bring(self) -> list[str]:
        """What to bring, one thing an entry."""
        return [line.strip() for line in (self.bring or "").splitlines() if line.strip()]
