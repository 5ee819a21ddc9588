"""The waiting list: a freed place is held for one person at a time; who lets three pass leaves the list."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from common.jobs import each
from common.zones import zone_of
from counselling import conflicts
from counselling.actions.admitting import check_wishes
from counselling.actions.booking import Client, announce, contact_of, describe, free_reference, same_hour
from counselling.actions.claiming import Choice, claim, just_taken, lock_person, log
from counselling.actions.moving import give_up, settle_move
from counselling.actors import Actor
from counselling.errors import BookingError, SlotTakenError
from counselling.messages import MY_APPOINTMENTS, facts_of
from counselling.models import Appointment, Offer, Proof, Reason, Status, WaitingEntry
from counselling.reaching import check_can_reach, has_way
from counselling.safety import Safety, ways_of
from counselling.waking import after_waking, next_waking
from notifications.actions import cancel_notifications, notify
from notifications.outlook import is_reached
from shopfronts.models import ShopFront

WINDOW = dt.timedelta(hours=2)  # for one person to answer, of the hours in which they are awake
NEAREST = dt.timedelta(hours=4)  # a place that begins sooner is left to whoever comes first
MOST_OFFERS = 3
MOST_ASKED = 20  # entries that are looked at for one who can be told
TOLD_ONCE_IN = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What someone waits for."""

    reason: Reason
    shopfront: ShopFront | None
    language: str
    mode: str
    weekdays: tuple[int, ...]  # ISO 8601
    until_on: dt.date
    instead_of: Appointment | None = None


@transaction.atomic
def join_waiting_list(*, wanted: Wanted, client: Client, origin: str = "", network: str = "") -> WaitingEntry:
    """Put someone on the list and tell them, once a day.

    Asked again for the same reason by who is proved, their wish is replaced; one under an address that somebody typed
    stands beside those that are there, as many as may from one address (`origin`, `network`: its keyed hashes). The client
    must leave an address. Raises ValueError for one without, UnreachableError where the talk itself could not begin,
    ProofNeededError.
    """
    if not client.key:
        raise ValueError("nobody could be told")
    check_can_reach(wanted.mode, email=client.email, phone=client.phone, member=client.member)
    lock_person(client.key)
    proof = _proof_of(wanted, client)
    if proof == Proof.NONE:
        check_wishes(origin_key=origin, network_key=network)
    earlier = WaitingEntry.objects.filter(person_key=client.key, reason=wanted.reason)
    if proof != Proof.NONE:
        earlier = earlier.proved()
        for old in earlier.open():
            leave_waiting_list(entry=old)
    was_told = earlier.filter(created_at__gt=timezone.now() - TOLD_ONCE_IN).exists()
    entry = WaitingEntry.objects.create(
        reason=wanted.reason,
        shopfront=wanted.shopfront,
        language=wanted.language,
        mode=wanted.mode,
        weekdays=sorted(set(wanted.weekdays)),
        until_on=wanted.until_on,
        instead_of=wanted.instead_of,
        member=client.member,
        contact=contact_of(client),
        name=client.name,
        safe_contact=client.safety.contact,
        safety_sealed=client.safety.sealed(),
        person_key=client.key,
        proof=proof,
        **({"origin_key": origin, "network_key": network} if proof == Proof.NONE else {}),
        site_language=client.site_language,
        visitor_zone=client.zone,
    )
    if was_told:
        return entry
    _tell(entry, "waiting", entry.pk.hex, {
        "entry": str(entry.pk),
        "reason": wanted.reason.key,
        "place": wanted.shopfront.slug if wanted.shopfront else "",
        "mode": wanted.mode,
    })  # fmt: skip
    return entry


def _proof_of(wanted: Wanted, client: Client) -> Proof:
    """Who waits for an earlier place is as well known as their appointment, if it is under the same address."""
    own = wanted.instead_of
    if client.proof == Proof.NONE and own is not None and own.person_key == client.key:
        return Proof(own.proof)
    return client.proof


@transaction.atomic
def leave_waiting_list(*, entry: WaitingEntry) -> bool:
    """Take someone off the list; an open offer goes to the next. Whether they were on it."""
    held = WaitingEntry.objects.select_for_update(of=("self",)).filter(pk=entry.pk).first()
    if held is None or held.status != WaitingEntry.Status.WAITING:
        return False
    held.status = WaitingEntry.Status.LEFT
    held.save(update_fields=["status"])
    for offer in held.offers.filter(status=Offer.Status.OPEN):
        _end(offer, Offer.Status.DECLINED)
    return True


def waiting_for(freed: Appointment, now: dt.datetime) -> WaitingEntry | None:
    """Who waits for such a place and can answer in time, whoever asked first coming first; their row is locked."""
    local = freed.starts_at.astimezone(freed.shopfront.zone)
    rows = WaitingEntry.objects.open().filter(
        Q(shopfront=None) | Q(shopfront=freed.shopfront),
        Q(instead_of=None) | Q(instead_of__status=Status.BOOKED, instead_of__starts_at__gt=freed.starts_at),
        reason=freed.reason,
        mode=freed.mode,
        language__in=freed.counsellor.languages if freed.counsellor else [],
        weekdays__contains=[local.isoweekday()],
        until_on__gte=local.date(),
        offers_made__lt=MOST_OFFERS,
    )
    if freed.person_key:
        rows = rows.exclude(person_key=freed.person_key)  # who has just given it up
    # Several wishes may stand under one address: its owner is asked once at a time, and once for one time; who leaves
    # a wish that is not theirs has not been asked by it.
    theirs = Offer.objects.filter(entry__person_key=OuterRef("person_key"), entry__reason=OuterRef("reason"))
    answered = Q(starts_at=freed.starts_at) & ~Q(entry__status=WaitingEntry.Status.LEFT)
    asked = theirs.filter(Q(status=Offer.Status.OPEN) | answered)
    rows = rows.exclude(Exists(asked))
    entries = rows.select_for_update(of=("self",), skip_locked=True).select_related("member", "contact")
    first = entries.order_by("created_at", "pk")[:MOST_ASKED]
    return next((one for one in first if _can_be_told(one) and _can_answer(one, freed, now)), None)


def _asked_between(
    entry: WaitingEntry, freed: Appointment, now: dt.datetime
) -> tuple[dt.datetime, dt.datetime]:
    """From when to when they could be asked (UTC), in hours in which they are awake."""
    zone = zone_of(entry.visitor_zone) or freed.shopfront.zone
    return next_waking(now, zone), after_waking(now, WINDOW, zone)


def _can_answer(entry: WaitingEntry, freed: Appointment, now: dt.datetime) -> bool:
    """Whether the place would not begin too soon after their time to answer, which a night may put off."""
    _opens_at, expires_at = _asked_between(entry, freed, now)
    return freed.starts_at >= expires_at + NEAREST - WINDOW


def _can_be_told(entry: WaitingEntry) -> bool:
    """Whether an offer would reach them, and the talk could begin: a place is not kept for who cannot use it."""
    return has_way(entry, entry.mode) and is_reached(
        kind="counselling.offer",
        recipient=entry.member or entry.contact,
        is_unproved=entry.proof == Proof.NONE,
        ways=ways_of(entry),
    )


@transaction.atomic
def offer_freed_place(*, freed: Appointment) -> Offer | None:
    """Hold a place that became free for the first who waits for it, and tell them; None when nobody does.

    `freed` is an appointment that no longer takes its time, or an earlier offer's hold.
    """
    now = timezone.now()
    if freed.counsellor_id is None or freed.starts_at < now + NEAREST:
        return None
    entry = waiting_for(freed, now)
    if entry is None or any(
        conflicts.among([freed], on_purpose=True)
    ):  # perhaps freed because nobody is there
        return None
    choice = Choice(freed.reason, freed.shopfront, freed.starts_at, freed.mode, entry.language)
    opens_at, expires_at = _asked_between(entry, freed, now)
    try:
        with just_taken():
            hold = claim(
                choice=choice,
                candidates=(freed.counsellor_id,),
                by=Actor.system(),
                status=Status.HELD,
                held_until=expires_at,
                source=Appointment.Source.WAITING_LIST,
            )
    except BookingError:  # someone was faster, or it was given away
        return None
    offer = Offer.objects.create(entry=entry, hold=hold, starts_at=freed.starts_at, expires_at=expires_at)
    WaitingEntry.objects.filter(pk=entry.pk).update(offers_made=F("offers_made") + 1)
    hold.visitor_zone = entry.visitor_zone
    facts = facts_of(hold, offer=str(offer.pk), entry=str(entry.pk), until=expires_at.isoformat())
    _tell(entry, "offer", offer.pk.hex, facts, not_before=opens_at)
    return offer


def _locked(offer: Offer) -> Offer:
    """An offer with its entry's row and its own locked, always in this order. Raises Offer.DoesNotExist."""
    WaitingEntry.objects.select_for_update(of=("self",)).get(pk=offer.entry_id)
    rows = Offer.objects.select_for_update(of=("self",))
    return rows.select_related("entry__instead_of", "entry__member", "entry__contact", "hold").get(
        pk=offer.pk
    )


def clashes_with_offer(offer: Offer) -> list[Appointment]:
    """What the one who waits has at the hour of an offered place; without what the place is to replace."""
    found = same_hour(offer.hold, offer.entry.person_key) if offer.hold else []
    return [one for one in found if one.pk != offer.entry.instead_of_id]


def take_offer(*, offer: Offer) -> Appointment:
    """Book an offered place; an appointment that it replaces is moved to it in the same transaction.

    Raises SlotTakenError when the offer is over, PersonBusyError: then it stays open, see `clashes_with_offer`.
    """
    with just_taken():
        lock_person(offer.entry.person_key)
        held = _locked(offer)
        if held.status == Offer.Status.TAKEN and held.hold is not None:
            return held.hold
        if held.status != Offer.Status.OPEN or held.hold is None or held.expires_at <= timezone.now():
            raise SlotTakenError
        held.status = Offer.Status.TAKEN
        held.save(update_fields=["status"])
        held.entry.status = WaitingEntry.Status.DONE
        held.entry.save(update_fields=["status"])
        # The link stood in the message alone: whoever took it speaks for the address, and for all its wishes of this kind.
        same = WaitingEntry.objects.open().filter(person_key=held.entry.person_key, reason=held.entry.reason)
        same.update(status=WaitingEntry.Status.DONE)
        return _book_offered(held.hold, held.entry)


def _book_offered(hold: Appointment, entry: WaitingEntry) -> Appointment:
    client = Client(
        name=entry.name,
        member=entry.member,
        safety=Safety.of(entry),
        site_language=entry.site_language,
        zone=entry.visitor_zone,
    )
    describe(hold, client)
    hold.contact, hold.person_key = entry.contact, entry.person_key
    # The link stood in the message alone: whoever opened it reads what is sent to this address.
    hold.proof = Proof.ADDRESS if entry.proof == Proof.NONE else Proof(entry.proof)
    hold.status, hold.held_until, hold.reference = Status.BOOKED, None, free_reference()
    replaced, by = _replaced(entry), Actor.client(entry.member)
    if replaced is not None:
        give_up(replaced, by=by, reason="an earlier place from the waiting list")
        _continue(hold, replaced)
    hold.save()
    log(hold, old=Status.HELD, by=by)
    if replaced is None:
        announce(hold, by=by)
    else:
        settle_move(replaced, hold, by=by)
        offer_freed_place(freed=replaced)
    return hold


def _replaced(entry: WaitingEntry) -> Appointment | None:
    """The appointment that an earlier place is to replace, with its row locked; None when it is no longer booked."""
    if entry.instead_of_id is None:
        return None
    rows = Appointment.objects.select_for_update(of=("self",))
    rows = rows.select_related("reason", "shopfront", "counsellor__user", "member", "contact")
    return rows.filter(pk=entry.instead_of_id, status=Status.BOOKED).first()


def _continue(hold: Appointment, old: Appointment) -> None:
    """Make a held place the next version of an appointment that stays later."""
    hold.booking_id, hold.sequence, hold.reference = old.booking_id, old.sequence + 1, old.reference
    hold.name, hold.note_sealed, hold.moved_from = old.name, old.note_sealed, old
    hold.safe_contact, hold.safety_sealed = old.safe_contact, old.safety_sealed


@transaction.atomic
def decline_offer(*, offer: Offer) -> bool:
    """Pass an offered place on to the next; whether it was still open."""
    held = _locked(offer)
    if held.status != Offer.Status.OPEN:
        return False
    _end(held, Offer.Status.DECLINED)
    return True


def expire_offers(*, now: dt.datetime | None = None) -> int:
    """Pass on what nobody answered in time, and end wishes whose last day is over; how many offers."""
    now = now or timezone.now()
    due = Offer.objects.filter(status=Offer.Status.OPEN, expires_at__lte=now).values_list("pk", flat=True)
    ended = each(list(due), _expire)
    WaitingEntry.objects.open().filter(until_on__lt=timezone.localdate(now)).update(
        status=WaitingEntry.Status.OVER
    )
    return ended


def _expire(pk: uuid.UUID) -> bool:
    offer = _locked(Offer.objects.get(pk=pk))
    if offer.status != Offer.Status.OPEN:
        return False
    _end(offer, Offer.Status.EXPIRED)
    return True


def _end(offer: Offer, status: Offer.Status) -> None:
    """Close an offer, free its hold and go on to the next; who has let three pass leaves the list."""
    hold = offer.hold
    offer.status, offer.hold = status, None
    offer.save(update_fields=["status", "hold"])
    WaitingEntry.objects.open().filter(pk=offer.entry_id, offers_made__gte=MOST_OFFERS).update(
        status=WaitingEntry.Status.OVER
    )
    recipient = offer.entry.member or offer.entry.contact
    if recipient is not None:
        cancel_notifications(recipient=recipient, dedupe_key=f"counselling.offer:{offer.pk.hex}")
    if hold is not None and hold.status == Status.HELD:
        freed = Appointment.objects.select_related("reason", "shopfront", "counsellor").get(pk=hold.pk)
        hold.delete()
        offer_freed_place(freed=freed)


def _tell(
    entry: WaitingEntry, kind: str, key: str, facts: dict[str, object], not_before: dt.datetime | None = None
) -> None:
    recipient = entry.member or entry.contact
    if recipient is not None:
        notify(
            kind=f"counselling.{kind}",
            recipient=recipient,
            context=facts,
            dedupe_key=f"counselling.{kind}:{key}",
            not_before=not_before,
            url=MY_APPOINTMENTS if isinstance(recipient, User) else "",
            ways=ways_of(entry),
            is_unproved=entry.proof == Proof.NONE,
        )
