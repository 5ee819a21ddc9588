"""Counsellors, reasons, shifts, appointments."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import factory

from accounts.models import Role, RoleGrant, ScopeKind, User
from counselling.identity import new_reference
from counselling.models import DESK_ROLES, Appointment, Counsellor, Reason, Shift, TimeOff
from shopfronts.models import ShopFront
from tests.factories.accounts import UserFactory
from tests.factories.shopfronts import ShopFrontFactory

CHISINAU = ZoneInfo("Europe/Chisinau")
MONDAY = dt.date(2027, 3, 1)  # a quiet week: no holiday, no change of the clocks


def at(hour: int, minute: int = 0, day: dt.date = MONDAY) -> dt.datetime:
    """A wall-clock time in Chișinău."""
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=CHISINAU)


class ReasonFactory(factory.django.DjangoModelFactory[Reason]):
    """A talk of half an hour, bookable at once, without buffers."""

    class Meta:
        model = Reason

    key = factory.Sequence(lambda n: f"reason-{n}")
    name_ro, name_ru, name_en = "Pensii", "Пенсии", "Pensions"
    duration, buffer_before, buffer_after, notice_hours = 30, 0, 0, 0


class CounsellorFactory(factory.django.DjangoModelFactory[Counsellor]):
    """Someone who speaks Romanian and Russian and takes every reason."""

    class Meta:
        model = Counsellor
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Ana {n}")
    languages = ["ro", "ru"]

    @factory.post_generation
    def role(self: Counsellor, create: bool, extracted: Any, **kwargs: Any) -> None:
        """Let them work in Cahul, unless they have a role at some shop-front already, or `role=False`."""
        if extracted is not False and not self.user.grants.filter(role__in=DESK_ROLES).exists():
            work_at(self.user, "cahul")


def work_at(user: User, slug: str) -> None:
    """Bind a person's role of counsellor to one more shop-front, without a word in the log."""
    there = RoleGrant.objects.filter(user=user, role__in=DESK_ROLES)
    if there.bound_to(ScopeKind.SHOPFRONT, slug).exists():
        return
    grant = there.filter(role=Role.COUNSELLOR).first() or RoleGrant(user=user, role=Role.COUNSELLOR)
    grant.scopes = grant.scopes | {"shopfront": [*grant.scopes.get("shopfront", []), slug]}
    grant.save()


def shopfront(**fields: Any) -> ShopFront:
    """The shop-front in Cahul, made once."""
    slug = fields.pop("slug", "cahul")
    return ShopFront.objects.filter(slug=slug).first() or ShopFrontFactory.create(slug=slug, **fields)


class ShiftFactory(factory.django.DjangoModelFactory[Shift]):
    """Mondays from 9 to 12 in Cahul."""

    class Meta:
        model = Shift
        skip_postgeneration_save = True

    counsellor = factory.SubFactory(CounsellorFactory, role=False)
    shopfront = factory.LazyFunction(shopfront)
    weekday = 1
    starts, ends = dt.time(9), dt.time(12)
    valid_from = dt.date(2026, 1, 1)

    @factory.post_generation
    def role(self: Shift, create: bool, extracted: Any, **kwargs: Any) -> None:
        """Nobody has a shift where they do not work."""
        work_at(self.counsellor.user, self.shopfront.slug)


class TimeOffFactory(factory.django.DjangoModelFactory[TimeOff]):
    """A morning away."""

    class Meta:
        model = TimeOff

    counsellor = factory.SubFactory(CounsellorFactory)
    starts_at = factory.LazyFunction(lambda: at(8))
    ends_at = factory.LazyFunction(lambda: at(12))


class AppointmentFactory(factory.django.DjangoModelFactory[Appointment]):
    """Booked for Monday at nine."""

    class Meta:
        model = Appointment

    class Params:
        held = factory.Trait(
            status="held",
            reference="",
            held_until=factory.LazyFunction(lambda: dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10)),
        )
        walk_in = factory.Trait(
            kind="walk_in",
            status="arrived",
            reference="",
            counsellor=None,
            ticket_on=factory.LazyAttribute(lambda row: row.starts_at.astimezone(CHISINAU).date()),
            ticket_number=factory.Sequence(lambda n: n + 1),
            queued_at=factory.SelfAttribute("starts_at"),
        )

    reason = factory.SubFactory(ReasonFactory)
    shopfront = factory.LazyFunction(shopfront)
    counsellor = factory.SubFactory(CounsellorFactory)
    status = "booked"
    reference = factory.LazyFunction(new_reference)
    language = "ro"
    name = "Nina"
    proof = factory.LazyAttribute(lambda row: "account" if getattr(row, "member", None) else "none")
    starts_at = factory.LazyFunction(lambda: at(9))
    ends_at = factory.LazyAttribute(lambda row: row.starts_at + row.reason.length)
    busy_from = factory.LazyAttribute(lambda row: row.starts_at - row.reason.before)
    busy_until = factory.LazyAttribute(lambda row: row.ends_at + row.reason.after)
