"""From a free time to an appointment: hold it for a moment, then book it in someone's name."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from counselling import availability, notes
from counselling.actions.admitting import check_day, check_origin
from counselling.actions.claiming import Choice, claim, just_taken, lock_person, log, release
from counselling.actions.full_days import telling_of_a_full_day
from counselling.actions.telling import plan_reminders, tell_client, tell_counsellor
from counselling.actors import Actor
from counselling.availability import Wish
from counselling.errors import NotOfferedError, SlotTakenError, TooManyOpenError
from counselling.identity import new_reference, person_key
from counselling.models import Appointment, Proof, Status
from counselling.models.appointment import AppointmentQuerySet
from counselling.reaching import check_can_reach
from counselling.safety import NOBODY_ASKED, Safety
from counselling.states import check_step
from notifications.models import Contact

HOLD = dt.timedelta(minutes=10)
TRIES = 5  # for a reference that nobody has


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who presses a time: a browser, where it is, and by what its owner is known."""

    key: str  # a random name of the browser
    origin: str = ""  # keyed hashes of its address and of its network
    network: str = ""
    member: User | None = None
    has_proved_address: bool = False

    @property
    def proof(self) -> Proof:
        """By what we know them."""
        return Proof.of(is_member=self.member is not None, has_proved_address=self.has_proved_address)

    @property
    def is_theirs(self) -> Q:
        """What they hold already."""
        own = Q(visitor_key=self.key)
        return own | Q(member=self.member, status=Status.HELD) if self.member else own


@dataclass(frozen=True, slots=True)
class Client:
    """Who comes, as they wish to be called, and how to reach them."""

    name: str
    email: str = ""
    phone: str = ""  # E.164
    member: User | None = None
    note: str = ""
    safety: Safety = NOBODY_ASKED
    wants_messages: bool = False
    site_language: str = "ro"
    zone: str = ""  # IANA; their own clock
    has_proved_address: bool = False  # a code came back from it in this browser

    @property
    def key(self) -> str:
        """The same for every booking of theirs; empty for who left no address."""
        email = self.member.email if self.member is not None else self.email
        return person_key(email=email, phone="" if email else self.phone)

    @property
    def proof(self) -> Proof:
        """By what we know them, when they book themselves."""
        return Proof.of(is_member=self.member is not None, has_proved_address=self.has_proved_address)

    @property
    def proved_key(self) -> str:
        """The same, for who is proved to be that person; empty for who typed an address."""
        return self.key if self.proof != Proof.NONE else ""


def candidates_of(choice: Choice, wish: Wish) -> tuple[uuid.UUID, ...]:
    """Who could take the choice. Raises NotOfferedError for a time that is none, SlotTakenError for one that is full."""
    for slot in availability.find(wish, start=choice.starts_at, until=choice.starts_at):
        if slot.place == choice.shopfront.pk:
            return slot.counsellors
    rule = availability.rule_of(wish)
    if not rule.earliest <= choice.starts_at <= rule.latest or not availability.is_worked(
        replace(wish, shopfronts=(choice.shopfront,)), choice.starts_at
    ):
        raise NotOfferedError
    raise SlotTakenError


def hold_slot(*, choice: Choice, wish: Wish, visitor: Visitor) -> Appointment:
    """Keep a time for ten minutes; what the visitor held before, in any browser of an account, is let go.

    Raises NotOfferedError, SlotTakenError, ProofNeededError.
    """
    wish = replace(wish, visitor_key=visitor.key)
    with telling_of_a_full_day(), just_taken():
        lock_person(
            str(visitor.member.pk) if visitor.member else visitor.key
        )  # pressed twice: the second waits
        candidates = candidates_of(choice, wish)
        if visitor.proof == Proof.NONE:
            check_origin(origin_key=visitor.origin, network_key=visitor.network, visitor_key=visitor.key)
        held = claim(
            choice=choice,
            candidates=candidates,
            by=Actor.client(visitor.member),
            instead_of=Appointment.objects.filter(visitor.is_theirs, offer=None),
            status=Status.HELD,
            held_until=timezone.now() + HOLD,
            visitor_key=visitor.key,
            member=visitor.member,
            proof=visitor.proof,
            origin_key=visitor.origin,
            network_key=visitor.network,
        )
        if held.proof == Proof.NONE:
            check_day(held)
        return held


@transaction.atomic
def let_go(*, visitor_key: str) -> None:
    """Give what a visitor holds back at once; a booked one stays."""
    release(Appointment.objects.filter(visitor_key=visitor_key, offer=None))


def book_hold(*, hold: uuid.UUID, visitor_key: str, client: Client, by: Actor) -> Appointment:
    """Turn a visitor's hold into an appointment; done twice it is the same one.

    Raises SlotTakenError when the hold is gone, PersonBusyError, TooManyOpenError, and ProofNeededError when a time
    that was held by somebody proved is to be booked under a name that is not, and as much stands so as may.
    """
    with telling_of_a_full_day(), just_taken():
        lock_person(client.key)
        held = (
            Appointment.objects.select_for_update(of=("self",))
            .select_related("reason", "shopfront", "counsellor__user")
            .filter(pk=hold, visitor_key=visitor_key)
            .first()
        )
        if held is None:
            raise SlotTakenError
        if held.status != Status.HELD:
            return held
        check_open(held, client.proved_key)
        if client.proof == Proof.NONE and held.proof != Proof.NONE:
            check_origin(origin_key=held.origin_key, network_key=held.network_key, visitor_key=visitor_key)
            check_day(held)
        return _book(held, client, by)


def check_open(appointment: Appointment, person_key: str) -> None:
    """Raise TooManyOpenError when a proved person has as many proved bookings ahead as the reason allows.

    Nothing is judged by an address that somebody typed: its owner is told of a clash in the message, and nobody else.
    """
    if person_key and len(same_reason(appointment, person_key)) >= appointment.reason.most_open:
        raise TooManyOpenError


def same_reason(appointment: Appointment, person_key: str) -> list[Appointment]:
    """Other bookings ahead that a person has proved, for the same reason."""
    return list(_others(appointment, person_key).filter(reason=appointment.reason))


def clashes_of(appointment: Appointment) -> list[Appointment]:
    """What its owner has proved already and cannot have beside it: at the same hour, or too many for one reason."""
    if not appointment.person_key:
        return []
    alike = same_reason(appointment, appointment.person_key)
    found = alike if len(alike) >= appointment.reason.most_open else []
    at_once = same_hour(appointment, appointment.person_key)
    return sorted({*found, *at_once}, key=lambda one: (one.starts_at, one.pk))


def same_hour(appointment: Appointment, person_key: str) -> list[Appointment]:
    """Other bookings that a person has proved, at the same hour."""
    rows = _others(appointment, person_key).filter(
        starts_at__lt=appointment.ends_at, ends_at__gt=appointment.starts_at, kind=Appointment.Kind.BOOKED
    )
    return list(rows.order_by("starts_at", "pk"))


def _others(appointment: Appointment, person_key: str) -> AppointmentQuerySet:
    rows = Appointment.objects.proved().upcoming().filter(person_key=person_key)
    return rows.exclude(booking_id=appointment.booking_id).select_related("reason", "shopfront")


def _book(held: Appointment, client: Client, by: Actor) -> Appointment:
    check_step(held.status, Status.BOOKED)
    held.status, held.held_until = Status.BOOKED, None
    held.reference = free_reference()
    check_can_reach(held.mode, email=client.email, phone=client.phone, member=client.member)
    describe(held, client)
    held.save()
    log(held, old=Status.HELD, by=by)
    announce(held, by=by)
    return held


def announce(appointment: Appointment, *, by: Actor) -> None:
    """Tell client and counsellor, and plan the reminders."""
    clashes = clashes_of(appointment) if appointment.proof == Proof.NONE else []
    facts = [[one.starts_at.isoformat(), one.shopfront.slug] for one in clashes]
    tell_client("booked", appointment, by=by, clashes=facts)
    tell_counsellor("roster_booked", appointment, by=by)
    plan_reminders(appointment)


def describe(appointment: Appointment, client: Client) -> None:
    """Write who comes into an appointment that is not saved yet."""
    appointment.name, appointment.note_sealed = client.name, notes.seal(client.note)
    appointment.safe_contact, appointment.safety_sealed = client.safety.contact, client.safety.sealed()
    appointment.member = client.member
    appointment.contact = contact_of(client)
    appointment.person_key, appointment.proof = client.key, client.proof
    appointment.site_language, appointment.visitor_zone = client.site_language, client.zone


def contact_of(client: Client) -> Contact | None:
    """Where to write to someone without an account, or where to call someone."""
    if not (client.email or client.phone):
        return None
    return Contact.objects.create(
        email=client.email.strip().lower(),
        phone=client.phone,
        language=client.site_language,
        time_zone=client.zone or "Europe/Chisinau",
        consented_at=timezone.now() if client.wants_messages else None,
    )


def free_reference() -> str:
    """A reference that no other booking has."""
    for _try in range(TRIES):
        reference = new_reference()
        if not Appointment.objects.filter(reference=reference).exists():
            return reference
    raise RuntimeError("no free reference")  # 30^8 of them: never


@transaction.atomic
def release_expired_holds(*, now: dt.datetime | None = None) -> int:
    """Delete holds whose time is over; those of the waiting list end with their offer."""
    rows = Appointment.objects.expired_holds(now or timezone.now()).filter(offer=None)
    return release(rows, skip_locked=True)
