"""A living office for the demo: colleagues at every shop-front, their shifts, bookings ahead, a queue, tablets and screens.

All names are invented. Done again on the same day, it changes nothing.
"""

from __future__ import annotations

import datetime as dt
import secrets
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.actions import grant_role
from accounts.actions.demo import DOMAIN
from accounts.models import Role, ScopeKind, User
from common import content_version
from common.identity import stable_uuid
from counselling import availability, slots
from counselling.actions.booking import Client
from counselling.actions.claiming import Choice
from counselling.actions.devices import hash_of, revoke_device
from counselling.actions.office import book_for_client
from counselling.actions.queue import take_ticket
from counselling.actions.roster import add_time_off
from counselling.actors import Actor
from counselling.availability import Wish
from counselling.errors import BookingError
from counselling.models import Appointment, Counsellor, Device, Mode, Reason, Shift, TimeOff
from shopfronts.models import ShopFront

WORKING_DAYS = 10
BEGAN_ON = dt.date(2026, 1, 5)  # a Monday: rhythms of several weeks count from it
MON_FRI, MON_THU = (1, 2, 3, 4, 5), (1, 2, 3, 4)
LABEL = "demo"  # of the devices
# Reasons that take a counsellor equally long, and how many of a hundred free times go to them.
PLAN = (
    (("business-at-home", "unpaid-wages", "return-with-family"), 8),
    (("general-advice", "pensions", "child-papers", "work-abroad", "diplomas", "customs-and-taxes"), 36),
)
GROUP, GROUP_AT, IN_GROUP = "group-rights-germany", "chisinau", 4
QUEUE = (("general-advice", "ro"), ("pensions", "ru"), ("lost-papers", "ro"))
FIRST_NAMES = (
    "Maria", "Andrei", "Veronica", "Sergiu", "Tatiana", "Pavel", "Svetlana", "Dumitru", "Galina", "Victor", "Irina",
    "Iurie", "Aliona", "Petru", "Zinaida", "Nicolae", "Larisa",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Week:
    """The same hours (wall-clock) on some weekdays at a shop-front."""

    place: str
    days: tuple[int, ...]
    starts: int
    ends: int
    every_weeks: int = 1


@dataclass(frozen=True, slots=True)
class Colleague:
    """Someone who takes people."""

    handle: str
    name: str
    languages: tuple[str, ...]
    weeks: tuple[Week, ...]


COLLEAGUES = (
    Colleague(
        "counsellor", "Ana", ("ro", "ru", "bg"), (Week("cahul", MON_FRI, 9, 12), Week("cahul", MON_FRI, 13, 16))
    ),
    Colleague(
        "manager", "Ion", ("ro", "ru", "gag", "en"), (Week("cahul", (1, 3, 5), 9, 12), Week("cahul", (2, 4), 13, 17))
    ),
    Colleague(
        "counsellor2", "Natalia", ("ro", "ru", "en"),
        (Week("chisinau", MON_FRI, 9, 12), Week("chisinau", MON_FRI, 13, 16)),
    ),
    Colleague(
        "counsellor3", "Oxana", ("ro", "ru", "uk"),
        (Week("chisinau", MON_THU, 10, 12), Week("chisinau", MON_THU, 13, 17), Week("edinet", (5,), 9, 12, 2)),
    ),
    Colleague("counsellor4", "Vasile", ("ro", "ru", "uk"), (Week("edinet", MON_FRI, 8, 12),)),
    Colleague("counsellor5", "Lilia", ("ro", "ru", "en"), (Week("edinet", MON_FRI, 13, 17),)),
    Colleague(
        "counsellor6", "Mihai", ("ro", "ru"), (Week("ungheni", MON_FRI, 9, 12), Week("ungheni", MON_FRI, 13, 15))
    ),
    Colleague(
        "counsellor7", "Doina", ("ro", "ru", "en"),
        (Week("ungheni", (2, 3, 4), 9, 12), Week("ungheni", (2, 3, 4), 13, 17)),
    ),
)  # fmt: skip
BY_VIDEO = (
    "counsellor",
    "counsellor2",
    "counsellor4",
    "counsellor7",
)  # with a room, invented: one a shop-front
AWAY, MANAGED = "counsellor5", "cahul"


@dataclass(frozen=True, slots=True)
class Opened:
    """A tablet or a screen and the token of its address."""

    place: str
    kind: str
    token: str


@dataclass(frozen=True, slots=True)
class Made:
    """What was made or found."""

    booked: int
    waiting: int
    devices: list[Opened]


@transaction.atomic
def make_demo_roster(*, tokens: dict[tuple[str, str], str]) -> Made:
    """Fill the shop-fronts with life; `tokens` are those of an earlier run, by shop-front and kind of device.

    Raises User.DoesNotExist, Reason.DoesNotExist or ShopFront.DoesNotExist before the demo's people, the reasons and
    the catalogue are there.
    """
    manager = User.objects.get(email=f"manager@{DOMAIN}")
    places = {one.slug: one for one in ShopFront.objects.all()}
    _addresses(places)
    reasons = {one.key: one for one in Reason.objects.all()}
    team = [_counsellor(colleague, places) for colleague in COLLEAGUES]
    _rooms(team)
    _time_off(next(one for one in team if one.user.handle == AWAY), manager)
    booked = _fill(team, places, reasons, manager)
    waiting = sum(_queue(place, reasons) for place in places.values())
    return Made(booked, waiting, [_device(place, kind, tokens, manager) for place, kind in _devices(places)])


def _addresses(places: dict[str, ShopFront]) -> None:
    """Invented addresses and numbers, marked as such, where none is known: without one nobody may come."""
    for number, place in enumerate(places.values(), start=1):
        if place.can_be_visited:
            continue
        place.address = f"str. Exemplului {number} (adresă inventată pentru demonstrație)"
        place.phone = place.phone or f"+373 22 000 00{number}"
        place.save(update_fields=["address", "phone"])
        content_version.bump()


def _counsellor(colleague: Colleague, places: dict[str, ShopFront]) -> Counsellor:
    """Someone with an account, a role and shifts; what was changed since is left as it is."""
    email = f"{colleague.handle}@{DOMAIN}"
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User(email=email, handle=colleague.handle)
        user.set_unusable_password()
        user.save()
        bound = {ScopeKind.SHOPFRONT.value: sorted({week.place for week in colleague.weeks})}
        grant_role(user=user, role=Role.COUNSELLOR, scopes=bound, by=None, reason="demo")
    counsellor, is_new = Counsellor.objects.get_or_create(
        user=user, defaults={"name": colleague.name, "languages": list(colleague.languages)}
    )
    if is_new:  # nobody is booked with them yet: no conflict to look for, and no shift of theirs to meet
        Shift.objects.bulk_create(
            Shift(
                counsellor=counsellor,
                shopfront=places[week.place],
                weekday=day,
                starts=dt.time(week.starts),
                ends=dt.time(week.ends),
                valid_from=BEGAN_ON,
                every_weeks=week.every_weeks,
            )
            for week in colleague.weeks
            for day in week.days
        )
    return counsellor


def _rooms(team: Sequence[Counsellor]) -> None:
    """Invented video rooms where nobody has one: the demo is new, or of a release that knew none."""
    if any(one.video_room for one in team):
        return
    for one in team:
        if one.user.handle in BY_VIDEO:
            one.video_room = f"https://video.example.com/{one.user.handle}"
            one.save(update_fields=["video_room"])


def _time_off(counsellor: Counsellor, manager: User) -> None:
    """One day away next week, if none is ahead."""
    if TimeOff.objects.filter(counsellor=counsellor, ends_at__gt=timezone.now()).exists():
        return
    zone = counsellor.shifts.select_related("shopfront")[0].shopfront.zone
    today = timezone.localdate(timezone=zone)
    day = today + dt.timedelta(days=9 - today.weekday())  # Wednesday
    start, end = slots.whole_day(day, zone)
    add_time_off(counsellor=counsellor, starts_at=start, ends_at=end, note="", by=manager)


def _last_day(today: dt.date) -> dt.date:
    """The last of the next working days, today among them when it is one."""
    day, left = today - dt.timedelta(days=1), WORKING_DAYS
    while left:
        day += dt.timedelta(days=1)
        left -= day.isoweekday() <= 5
    return day


def _fill(
    team: Sequence[Counsellor], places: dict[str, ShopFront], reasons: dict[str, Reason], manager: User
) -> int:
    """Book a part of what is free, on days for which no colleague has booked anything yet; how many."""
    by_key = {place.pk: place for place in places.values()}
    people = {one.pk: one for one in team}
    now = timezone.now()
    office = Appointment.objects.filter(source=Appointment.Source.OFFICE, starts_at__gt=now - slots.DAY)
    done = {
        (place, start.astimezone(by_key[place].zone).date())
        for place, start in office.values_list("shopfront_id", "starts_at").order_by()
    }
    booked = _group(people, places[GROUP_AT], reasons[GROUP])
    for keys, share in PLAN:
        wish = Wish(reason=reasons[keys[0]], shopfronts=tuple(places.values()), is_staff=True, now=now)
        for slot in availability.find(wish, until=now + dt.timedelta(days=2 * WORKING_DAYS)):
            place = by_key[slot.place]
            day = timezone.localdate(slot.starts_at, place.zone)
            if (place.pk, day) in done or day > _last_day(timezone.localdate(now, place.zone)):
                continue
            for counsellor in (people[who] for who in slot.counsellors if who in people):
                number, lot = divmod(_lot(counsellor.user.handle, slot.starts_at.isoformat()), 100)
                if lot < share:
                    reason = reasons[keys[number % len(keys)]]
                    choice = _choice(reason, place, slot.starts_at, counsellor, number)
                    by = manager if place.slug == MANAGED and number % 5 == 0 else counsellor.user
                    booked += _book(choice, counsellor, number, by)
    return booked


def _lot(*words: str) -> int:
    """A number that looks like chance and is the same each time."""
    return zlib.crc32("/".join(words).encode())


def _book(choice: Choice, counsellor: Counsellor, number: int, by: User) -> bool:
    """One booking in an invented name; whether the time was still free. Few have an address: each gets messages."""
    name, is_told = FIRST_NAMES[number % len(FIRST_NAMES)], _is_told(number)
    client = Client(
        name=name,
        email=f"{name.lower()}.{number}@{DOMAIN}" if is_told or choice.mode != Mode.IN_PERSON else "",
        phone=f"+3736012{number % 10_000:04d}" if choice.mode == Mode.PHONE else "",
        wants_messages=is_told,
        site_language=choice.language if choice.language in ("ru", "en") else "ro",
    )
    try:
        book_for_client(choice=choice, candidates=(counsellor.pk,), client=client, by=by)
    except BookingError:  # a longer talk of this run lies there
        return False
    return True


def _is_told(number: int) -> bool:
    """Whether that person left an address."""
    return number % 20 == 0


def _choice(
    reason: Reason, place: ShopFront, starts_at: dt.datetime, counsellor: Counsellor, number: int
) -> Choice:
    """In a language that the counsellor speaks, in a way that the reason and the counsellor allow."""
    modes = [mode for mode in reason.modes if mode != Mode.VIDEO or counsellor.video_room]
    mode = modes[number % len(modes)]
    if not _is_told(number) and Mode.IN_PERSON in reason.modes:
        mode = Mode.IN_PERSON  # who left nothing can only come
    return Choice(reason, place, starts_at, mode, counsellor.languages[number % len(counsellor.languages)])


def _group(people: dict[Any, Counsellor], place: ShopFront, reason: Reason) -> int:
    """A group session that has begun to fill, if none is ahead; how many come."""
    if Appointment.objects.upcoming().filter(reason=reason).exists():
        return 0
    found = availability.find(Wish(reason=reason, shopfronts=(place,)), start=timezone.now() + 3 * slots.DAY)
    options = [(slot.starts_at, who) for slot in found for who in slot.counsellors if who in people]
    if not options:
        return 0
    starts_at, counsellor = options[0][0], people[options[0][1]]
    choice = _choice(reason, place, starts_at, counsellor, 0)
    return sum(_book(choice, counsellor, number, counsellor.user) for number in range(1, IN_GROUP + 1))


def _queue(place: ShopFront, reasons: dict[str, Reason]) -> int:
    """People who wait now, when the shop-front is open; how many. Who has left today's queue does not come again."""
    now = timezone.now()
    today = timezone.localdate(now, place.zone)
    rule = availability.rule_of(Wish(reason=reasons[QUEUE[0][0]], is_staff=True, now=now))
    [hours] = availability.places_of((place,), rule)
    if not any(start <= now < end for start, end in slots.open_stretches(hours, [today]).get(today, ())):
        return 0
    for number, (key, language) in enumerate(QUEUE):
        take_ticket(
            shopfront=place,
            reason=reasons[key],
            language=language,
            by=Actor.client(),
            ticket_id=stable_uuid("demo-ticket", f"{place.slug}/{today}/{number}"),
        )
    return len(QUEUE)


def _devices(places: dict[str, ShopFront]) -> Iterator[tuple[ShopFront, str]]:
    for place in places.values():
        for kind in (Device.Kind.KIOSK, Device.Kind.SCREEN):
            yield place, kind.value


def _device(place: ShopFront, kind: str, tokens: dict[tuple[str, str], str], manager: User) -> Opened:
    """A tablet or screen under the token that it had; those of a lost file are shut out."""
    token = tokens.get((place.slug, kind)) or secrets.token_urlsafe(24)
    there = Device.objects.trusted().filter(shopfront=place, kind=kind, label=LABEL)
    for lost in there.exclude(token_hash=hash_of(token)):
        revoke_device(device=lost, by=manager)
    Device.objects.get_or_create(
        token_hash=hash_of(token),
        defaults={"shopfront": place, "kind": kind, "label": LABEL, "made_by": manager},
    )
    return Opened(place.slug, kind, token)
