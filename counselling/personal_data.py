"""What counselling holds about a person, for export and erasure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.own_data import delete_of, rows_of
from accounts.personal_data import PersonalData, register, register_columns
from counselling import actions, notes
from counselling.actions.retention import forget_people
from counselling.actors import Actor
from counselling.models import (
    Appointment,
    AppointmentQuerySet,
    AppointmentStep,
    Counsellor,
    Device,
    Reason,
    Status,
    TimeOff,
    WaitingEntry,
)
from counselling.safety import Safety


def _of(user: User) -> Q:
    """What is of the account, and what was made without any under its address or its proven telephone.

    A household shares a number: who left an address beside it, or has an account, is somebody else.
    """
    theirs = Q(contact__email=user.email)
    if user.phone and user.phone_verified_at:
        theirs |= Q(contact__email="", contact__phone=user.phone)
    return Q(member=user) | (Q(member=None) & theirs)


def _own(user: User) -> AppointmentQuerySet:
    return Appointment.objects.filter(_of(user))


def _safety(row: Appointment | WaitingEntry) -> dict[str, str]:
    """What the person said about reaching them; nothing for whom nobody asked."""
    if not row.safe_contact:
        return {}
    safety = Safety.of(row)
    return {
        "safe_contact": safety.contact,
        "say_if_another_answers": safety.if_another,
        "best_hour": safety.best_hour,
    }


def _appointments(user: User) -> Iterator[dict[str, Any]]:
    rows = _own(user).select_related("reason", "shopfront", "counsellor").prefetch_related("steps")
    for row in rows.order_by("-starts_at"):
        yield {
            "reference": row.reference,
            "status": row.status,
            "reason": row.reason.public_name,
            "shopfront": row.shopfront.name,
            "counsellor": row.counsellor.name if row.counsellor else "",
            "starts_at": row.starts_at,
            "mode": row.mode,
            "language": row.language,
            "name": row.name,
            "note": notes.unseal(row.note_sealed),
            "known_by": row.proof,
            **_safety(row),
            "time_zone": row.visitor_zone,
            "why_outside_the_roster": row.override_reason,
            "made_at": row.created_at,
            "steps": [{"at": step.at, "status": step.new, "why": step.reason} for step in row.steps.all()],
        }


def _forget_appointments(user: User) -> None:
    """What lies ahead is cancelled, so that others can have the time; the rest loses its person."""
    for row in _own(user).upcoming().filter(status=Status.BOOKED):
        actions.cancel_appointment(appointment=row, by=Actor.client(user))
    _own(user).filter(status=Status.HELD).delete()
    forget_people(_own(user).values_list("pk", flat=True))


def _waiting(user: User) -> Iterator[dict[str, Any]]:
    for row in WaitingEntry.objects.filter(_of(user)).select_related("reason", "shopfront"):
        yield {
            "reason": row.reason.public_name,
            "shopfront": row.shopfront.name if row.shopfront else "",
            "mode": row.mode,
            "language": row.language,
            "weekdays": row.weekdays,
            "name": row.name,
            "known_by": row.proof,
            **_safety(row),
            "time_zone": row.visitor_zone,
            "until": row.until_on,
            "status": row.status,
            "made_at": row.created_at,
        }


def _forget_waiting(user: User) -> None:
    rows = WaitingEntry.objects.filter(_of(user))
    for row in rows.open():
        actions.leave_waiting_list(entry=row)
    rows.delete()


def _forget_counsellor(user: User) -> None:
    Counsellor.objects.filter(user=user).update(is_active=False, name="—", feed_token_hash="", video_room="")


def register_models() -> None:
    """Name every model here that points to a person."""
    register(
        PersonalData(Appointment, _("Your appointments"), _appointments, _forget_appointments),
        PersonalData(WaitingEntry, _("What you are waiting for"), _waiting, _forget_waiting),
        PersonalData(
            Counsellor,
            _("You as a counsellor"),
            rows_of(Counsellor, "name", "languages", "video_room", "is_active"),
            _forget_counsellor,
        ),
        PersonalData(
            TimeOff,
            _("When you were away"),
            rows_of(TimeOff, "starts_at", "ends_at", "note", owner="counsellor__user"),
            delete_of(TimeOff, "counsellor__user"),
        ),
        PersonalData(
            AppointmentStep,
            _("What you did to appointments"),
            rows_of(AppointmentStep, "at", "old", "new", "reason", owner="actor"),
            kept_because=_(
                "Who changed an appointment must stay provable. The entries point to an account without a name."
            ),
        ),
        PersonalData(
            Device,
            _("Devices that you let in"),
            rows_of(Device, "label", "kind", "made_at", owner="made_by"),
            kept_because=_("The tablet or screen stays; it points to an account without a name."),
        ),
    )
    _judge_columns()


def _judge_columns() -> None:
    """What the texts here say of people; `actions.retention` empties those of appointments and their steps."""
    register_columns(
        Appointment,
        personal=(
            "name",
            "note_sealed",
            "override_reason",
            "person_key",
            "origin_key",
            "network_key",
            "visitor_key",
            "safe_contact",
            "safety_sealed",
            "visitor_zone",
        ),
        plain=("desk", "language", "reference"),
    )
    register_columns(AppointmentStep, personal=("reason",))
    register_columns(
        WaitingEntry,
        personal=(
            "name",
            "person_key",
            "origin_key",
            "network_key",
            "safe_contact",
            "safety_sealed",
            "visitor_zone",
        ),
        plain=("language",),
    )
    register_columns(Counsellor, personal=("name", "video_room"), plain=("feed_token_hash", "languages"))
    register_columns(TimeOff, personal=("note",))
    register_columns(Device, plain=("label", "token_hash"))
    words = ("name", "summary", "bring")
    register_columns(
        Reason,
        plain=("key", *words, *(f"{word}_{language}" for word in words for language in ("ro", "ru", "en"))),
    )
