"""A person's place with a counsellor, booked or in today's queue."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from counselling.models.proof import Proof, ProvedQuerySet, proof_constraints, proof_field
from counselling.models.reason import Mode, Reason
from counselling.models.roster import Counsellor
from counselling.models.safety import safe_contact_field, safe_contact_known
from counselling.states import AHEAD, OCCUPYING, OPEN, Status
from notifications.models import Contact
from shopfronts.models import ShopFront

REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that looks or sounds like another
REFERENCE_FORM = rf"^[{REFERENCE_LETTERS}]{{8}}$"


class TsTzRange(Func):
    """The half-open range between two columns."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class AppointmentQuerySet(ProvedQuerySet["Appointment"]):
    """Appointments by who may see them and by what is to be done."""

    def visible_to(self, user: User) -> Self:
        """What a member sees under "My appointments"."""
        return self.filter(member=user).exclude(status__in=[Status.HELD, Status.MOVED])

    def of_shopfronts(self, slugs: frozenset[str]) -> Self:
        """What the staff of some shop-fronts see."""
        return self.not_held().filter(shopfront__slug__in=slugs)

    def not_held(self) -> Self:
        """Those that somebody has booked, or that came by themselves."""
        return self.exclude(status=Status.HELD)

    def occupying(self) -> Self:
        """Those that keep a counsellor's time; a hold that is over does not.

        One of the waiting list does until its offer is ended, for it goes on to the next who waits.
        """
        is_over = Q(status=Status.HELD, held_until__lte=timezone.now())
        rows = self.filter(status__in=OCCUPYING, kind=Appointment.Kind.BOOKED)
        return rows.exclude(is_over & ~Q(source=Appointment.Source.WAITING_LIST))

    def expired_holds(self, now: dt.datetime) -> Self:
        """Holds that nobody turned into a booking in time."""
        return self.filter(status=Status.HELD, held_until__lte=now)

    def upcoming(self, now: dt.datetime | None = None) -> Self:
        """Booked, and not yet over."""
        return self.filter(status__in=AHEAD, ends_at__gt=now or timezone.now())

    def left_open(self, before: dt.datetime) -> Self:
        """Of the days before an instant: nobody has said how they ended."""
        return self.filter(status__in=OPEN, starts_at__lt=before)

    def waiting(self) -> Self:
        """Here, and not yet in session."""
        return self.filter(status=Status.ARRIVED)


class Appointment(models.Model):
    """A person's place with one counsellor, booked or by a ticket of today's queue.

    `booking_id` stays the same when an appointment is moved (each move is a new row), and so do the reference and the
    calendar's UID; `sequence` rises. Instants are UTC.
    """

    class Kind(models.TextChoices):
        """Booked ahead, or taken at the door."""

        BOOKED = "booked", _("booked ahead")
        WALK_IN = "walk_in", _("without appointment")

    class Source(models.TextChoices):
        """Where it was made."""

        ONLINE = "online", _("on this site")
        OFFICE = "office", _("by a colleague")
        KIOSK = "kiosk", _("at the tablet")
        WAITING_LIST = "waiting_list", _("from the waiting list")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking_id = models.UUIDField(default=uuid.uuid4, editable=False)
    sequence = models.PositiveSmallIntegerField(default=0, editable=False)  # RFC 5545, 3.8.7.4
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.BOOKED)
    source = models.CharField(_("made"), max_length=14, choices=Source.choices, default=Source.ONLINE)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices)
    reference = models.CharField(_("reference"), max_length=8, blank=True)  # none while held

    reason = models.ForeignKey(
        Reason, models.PROTECT, related_name="appointments", verbose_name=pgettext_lazy("of a talk", "reason")
    )
    shopfront = models.ForeignKey(
        ShopFront, models.PROTECT, related_name="appointments", verbose_name=_("shop-front")
    )
    counsellor = models.ForeignKey(
        Counsellor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appointments",
        verbose_name=_("counsellor"),
    )
    mode = models.CharField(_("way"), max_length=10, choices=Mode.choices, default=Mode.IN_PERSON)
    language = models.CharField(_("language of the talk"), max_length=3)  # ISO 639

    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    busy_from = models.DateTimeField()  # with the buffer before
    busy_until = models.DateTimeField()  # with the buffer after
    # Two rows of one counsellor may overlap only in the same session: its key is the same for all seats of a group.
    session_key = models.UUIDField(default=uuid.uuid4, editable=False)
    seat = models.PositiveSmallIntegerField(default=1)
    held_until = models.DateTimeField(null=True, blank=True)

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="appointments",
        verbose_name=_("account"),
    )
    contact = models.ForeignKey(
        Contact,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="appointments",
        verbose_name=_("contact"),
    )
    name = models.CharField(_("name or alias"), max_length=80, blank=True)
    note_sealed = models.BinaryField(null=True, blank=True)  # encrypted; see counselling/notes.py
    safe_contact = safe_contact_field()
    safety_sealed = models.BinaryField(null=True, blank=True)  # encrypted; see counselling/safety.py
    # Keyed hashes, never the address itself: the person (of contact or account), and where it was booked from.
    person_key = models.CharField(max_length=64, blank=True, editable=False)
    origin_key = models.CharField(max_length=64, blank=True, editable=False)
    network_key = models.CharField(
        max_length=64, blank=True, editable=False
    )  # of its neighbourhood: /24, /48
    proof = proof_field()
    visitor_key = models.CharField(max_length=64, blank=True, editable=False)  # of a hold: whose browser
    visitor_zone = models.CharField(max_length=40, blank=True)  # IANA; the client's own clock
    site_language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="ro")

    ticket_on = models.DateField(null=True, blank=True)  # the shop-front's day
    ticket_number = models.PositiveSmallIntegerField(null=True, blank=True)
    queued_at = models.DateTimeField(
        null=True, blank=True
    )  # place in the queue; later after "back into the queue"
    called_at = models.DateTimeField(null=True, blank=True)
    calls = models.PositiveSmallIntegerField(default=0)
    desk = models.CharField(_("desk"), max_length=20, blank=True)

    created_at = models.DateTimeField(_("made at"), default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)  # "I am coming"
    began_at = models.DateTimeField(null=True, blank=True)
    over_at = models.DateTimeField(null=True, blank=True)
    moved_from = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="moved_to", editable=False
    )
    override_reason = models.CharField(_("why outside the roster"), max_length=200, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["starts_at"]
        constraints = [
            safe_contact_known("counselling_appointment_safe_contact_known"),
            ExclusionConstraint(
                name="counselling_appointment_no_overlap",
                expressions=[
                    ("counsellor", RangeOperators.EQUAL),
                    (TsTzRange("busy_from", "busy_until"), RangeOperators.OVERLAPS),
                    ("session_key", RangeOperators.NOT_EQUAL),
                ],
                condition=Q(status__in=OCCUPYING, kind="booked"),
            ),
            models.UniqueConstraint(
                fields=["session_key", "seat"],
                condition=Q(status__in=OCCUPYING),
                name="counselling_appointment_one_a_seat",
            ),
            ExclusionConstraint(
                name="counselling_appointment_person_once",
                expressions=[
                    ("person_key", RangeOperators.EQUAL),
                    (TsTzRange("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=OCCUPYING, kind="booked") & ~Q(person_key="") & ~Q(proof=Proof.NONE),
            ),
            ExclusionConstraint(  # a counsellor speaks with one person at a time, or with one group
                name="counselling_appointment_one_session",
                expressions=[
                    ("counsellor", RangeOperators.EQUAL),
                    ("session_key", RangeOperators.NOT_EQUAL),
                ],
                condition=Q(status=Status.IN_SESSION),
            ),
            models.UniqueConstraint(
                fields=["reference"],
                condition=~Q(reference="") & ~Q(status=Status.MOVED),
                name="counselling_appointment_reference_unique",
            ),
            models.UniqueConstraint(
                fields=["visitor_key"],
                condition=Q(status=Status.HELD) & ~Q(visitor_key=""),
                name="counselling_appointment_one_hold_a_visitor",
            ),
            models.UniqueConstraint(
                fields=["booking_id", "sequence"], name="counselling_appointment_sequence_unique"
            ),
            models.UniqueConstraint(
                fields=["shopfront", "ticket_on", "ticket_number"],
                condition=Q(ticket_number__isnull=False),
                name="counselling_appointment_ticket_unique",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at"))
                & Q(busy_from__lte=F("starts_at"))
                & Q(busy_until__gte=F("ends_at")),
                name="counselling_appointment_times_in_order",
            ),
            models.CheckConstraint(
                condition=Q(counsellor__isnull=False) | Q(kind="walk_in"),
                name="counselling_appointment_has_counsellor",
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="counselling_appointment_status_known"
            ),
            models.CheckConstraint(  # the exclusions above hold for one kind alone
                condition=Q(kind__in=["booked", "walk_in"]), name="counselling_appointment_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(status=Status.HELD, held_until__isnull=False, reference="")
                | (~Q(status=Status.HELD) & Q(held_until__isnull=True)),
                name="counselling_appointment_held_for_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.HELD) | Q(kind="walk_in") | Q(reference__regex=REFERENCE_FORM),
                name="counselling_appointment_reference_form",
            ),
            models.CheckConstraint(
                condition=Q(kind="booked") | Q(ticket_number__isnull=False),
                name="counselling_appointment_walk_in_ticket",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.IN_SESSION) | Q(counsellor__isnull=False, began_at__isnull=False),
                name="counselling_appointment_session_has_counsellor",
            ),
            *proof_constraints("appointment"),
        ]
        indexes = [
            models.Index(fields=["shopfront", "starts_at"], name="counselling_appointment_at"),
            models.Index(
                fields=["counsellor", "busy_from"],
                condition=Q(status__in=OCCUPYING),
                name="counselling_appointment_busy",
            ),
            models.Index(fields=["person_key", "starts_at"], name="counselling_appointment_person"),
            models.Index(fields=["origin_key", "created_at"], name="counselling_appointment_origin"),
            models.Index(
                fields=["network_key"],
                condition=Q(status__in=OCCUPYING, proof=Proof.NONE) & ~Q(network_key=""),
                name="counselling_appointment_net",
            ),
            models.Index(
                fields=["held_until"], condition=Q(status=Status.HELD), name="counselling_appointment_held"
            ),
        ]

    def __str__(self) -> str:
        return self.ticket or self.reference or str(self.pk)[:8]

    @property
    def ticket(self) -> str:
        """The number on the call-up screen: `U-017`; empty before someone has come."""
        if self.ticket_number is None:
            return ""
        return f"{self.shopfront.ticket_prefix}-{self.ticket_number:03d}"

    @property
    def is_walk_in(self) -> bool:
        """Whether it was taken at the door."""
        return self.kind == self.Kind.WALK_IN

    @property
    def is_ahead(self) -> bool:
        """Whether the client can still come to it."""
        return self.status in AHEAD and self.ends_at > timezone.now()

    def is_left_open(self, now: dt.datetime) -> bool:
        """Whether nobody has said how it ended, and its day is over by the clocks of the shop-front."""
        if self.status not in OPEN:
            return False
        zone = self.shopfront.zone
        return timezone.localdate(self.starts_at, zone) < timezone.localdate(now, zone)

    @property
    def video_room(self) -> str:
        """The address where it is held by video; empty for another way, or when the counsellor has no room."""
        is_by_video = self.mode == Mode.VIDEO and self.counsellor is not None
        return self.counsellor.video_room if is_by_video else ""  # type: ignore[union-attr]  # asked above

    @property
    def recipient(self) -> User | Contact | None:
        """Whom to write to about it."""
        return self.member or self.contact


class TicketCounter(models.Model):
    """The last number of a shop-front's day; its row is locked to give the next one."""

    shopfront = models.ForeignKey(ShopFront, models.CASCADE, related_name="+")
    on = models.DateField()
    last = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("counter of tickets")
        verbose_name_plural = _("counters of tickets")
        constraints = [
            models.UniqueConstraint(fields=["shopfront", "on"], name="counselling_ticketcounter_one_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.last}"
