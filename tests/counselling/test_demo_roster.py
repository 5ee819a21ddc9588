"""The demo's office: real actions, nothing twice, addresses that stay."""

from __future__ import annotations

import datetime as dt
import json
import re
import stat
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F, Q, Sum
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from counselling import availability, conflicts
from counselling.actions import cancel_appointment, device_of
from counselling.actions.demo import BY_VIDEO
from counselling.actions.roster import meeting
from counselling.actors import Actor
from counselling.loading import SHIPPED
from counselling.models import Appointment, Counsellor, Device, Reason, Shift, Status, TimeOff
from shopfronts.models import Closure, OpeningHours, ShopFront
from tests.factories.counselling import MONDAY, at
from tests.factories.services import CategoryFactory
from tests.factories.shopfronts import ShopFrontFactory

pytestmark = pytest.mark.django_db
HOLIDAY = dt.date(2027, 3, 8)
PLACES = {"cahul", "chisinau", "edinet", "ungheni"}


def make_content() -> None:
    """Four shop-fronts with their week, the topics, the shipped reasons, the demo's people."""
    for slug in sorted(PLACES):
        ShopFrontFactory.create(slug=slug)
    Closure.objects.create(shopfront=None, on=HOLIDAY, name_ro="8 martie", origin=Closure.Origin.HOLIDAY)
    for key in {key for row in json.loads(SHIPPED.read_text(encoding="utf-8")) for key in row["categories"]}:
        CategoryFactory.create(key=key)
    call_command("load_reasons", stdout=StringIO())


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[tuple[Path, int]]:
    """The folder of a run on Monday at 9:20, and its number of statements; each test rolls back to it."""
    folder = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), transaction.atomic():
        make_content()
        call_command("make_demo_users", "--out", folder / "users.txt", stdout=StringIO())
        with time_machine.travel(at(9, 20), tick=False), CaptureQueriesContext(connection) as captured:
            run(folder)
        yield folder, len(captured)
        transaction.set_rollback(True)


@pytest.fixture
def folder(made: tuple[Path, int]) -> Path:
    """The folder of the run."""
    return made[0]


def run(folder: Path) -> str:
    """Run the command; what it said."""
    out = StringIO()
    call_command("make_demo_roster", "--out", folder / "devices.txt", stdout=out)
    return out.getvalue()


def rows() -> list[list[dict[str, Any]]]:
    """Everything that the command could write."""
    models = (User, Counsellor, Shift, TimeOff, Appointment, Device, Reason)
    return [list(model._default_manager.order_by("pk").values()) for model in models]  # type: ignore[attr-defined]


@time_machine.travel(at(9, 20), tick=False)
def test_every_shop_front_has_two_counsellors_inside_its_hours(folder: Path) -> None:
    for place in ShopFront.objects.all():
        team = Counsellor.objects.filter(shifts__shopfront=place, shifts__every_weeks=1).distinct()
        assert team.count() == 2
        assert len({tuple(one.languages) for one in team}) == 2 or place.slug == "edinet"
    languages = set().union(*Counsellor.objects.values_list("languages", flat=True))
    assert languages == {"ro", "ru", "en", "uk", "bg", "gag"}
    for shift in Shift.objects.all():
        hours = OpeningHours.objects.filter(
            shopfront=shift.shopfront_id,
            weekday=shift.weekday,
            opens__lte=shift.starts,
            closes__gte=shift.ends,
        )
        assert hours.exists(), shift
        assert not meeting(shift)
    assert Shift.objects.filter(every_weeks=2).count() == 1
    handles = {one.user.handle for one in Counsellor.objects.select_related("user")}
    assert handles == {"counsellor", "manager", *(f"counsellor{number}" for number in range(2, 8))}
    assert not User.objects.get(handle="counsellor2").has_usable_password()
    assert User.objects.get(handle="counsellor2").has_role("counsellor")


@time_machine.travel(at(9, 20), tick=False)
def test_about_two_fifths_of_ten_working_days_are_booked_by_the_rules(folder: Path) -> None:
    booked = Appointment.objects.filter(kind=Appointment.Kind.BOOKED)
    days = {row.starts_at.astimezone(row.shopfront.zone).date() for row in booked.select_related("shopfront")}
    assert (min(days), max(days)) == (MONDAY, MONDAY + dt.timedelta(days=11))
    taken = booked.exclude(reason__places__gt=1).aggregate(all=Sum(F("busy_until") - F("busy_from")))["all"]
    reason = Reason.objects.get(key="general-advice")
    wish = availability.Wish(reason=reason, is_staff=True, now=at(9, 20))
    rule = availability.rule_of(wish)
    places = availability.places_of((), rule)
    work = availability.slots.working_stretches(places, availability.shifts_of(wish, places, rule), rule)
    until = at(23, day=MONDAY + dt.timedelta(days=11))
    worked = sum(
        (end - max(start, at(9, 20)) for stretches in work.values() for start, end in stretches
         if max(start, at(9, 20)) < end <= until),
        dt.timedelta(),
    )  # fmt: skip
    assert 0.35 < taken / worked < 0.45, (taken, worked, booked.count())
    assert set(booked.values_list("status", flat=True)) == {Status.BOOKED}
    assert not conflicts.find()
    assert not booked.exclude(Q(contact=None) | Q(contact__email__endswith="@demo.example")).exists()
    assert 0 < booked.filter(contact__isnull=False).count() < 25
    assert not booked.exclude(contact=None).exclude(contact__phone="").exclude(mode="phone").exists()
    assert not booked.filter(mode="phone").filter(Q(contact=None) | Q(contact__phone="")).exists()
    assert not booked.filter(mode="video", contact=None).exists()
    group = booked.filter(reason__key="group-rights-germany")
    assert (group.count(), group.values("session_key").distinct().count()) == (4, 1)
    assert booked.filter(shopfront__slug="cahul", made_by__handle="manager").exists()


def test_a_second_run_changes_nothing_and_a_later_one_fills_only_new_days(folder: Path) -> None:
    with time_machine.travel(at(9, 20), tick=False):
        gone = Appointment.objects.filter(status=Status.BOOKED).first()
        assert gone is not None
        cancel_appointment(appointment=gone, by=Actor.client())
        counsellor = Counsellor.objects.get(user__handle="counsellor")
        counsellor.name = "Ana-Maria"
        counsellor.save()
        counsellor.shifts.filter(weekday=5).delete()
        before, devices = rows(), (folder / "devices.txt").read_text()
        assert "0 booked anew" in run(folder)
        assert rows() == before
    with time_machine.travel(at(12, 30), tick=False):  # the shop-fronts are closed at noon
        assert "0 booked anew, 0 wait" in run(folder)
        assert rows() == before
        assert (folder / "devices.txt").read_text() == devices
    with time_machine.travel(at(9, 20, day=MONDAY + dt.timedelta(days=1)), tick=False):
        known = set(Appointment.objects.values_list("pk", flat=True))
        run(folder)
        new = Appointment.objects.exclude(pk__in=known).filter(kind=Appointment.Kind.BOOKED)
        days = {
            row.starts_at.astimezone(row.shopfront.zone).date() for row in new.select_related("shopfront")
        }
        assert days == {MONDAY + dt.timedelta(days=14)}


def test_a_demo_of_a_release_without_video_rooms_gets_them_and_later_ones_stay_as_they_were_left(
    folder: Path,
) -> None:
    def with_rooms() -> set[str]:
        return set(Counsellor.objects.exclude(video_room="").values_list("user__handle", flat=True))

    assert with_rooms() == set(BY_VIDEO)
    Counsellor.objects.update(video_room="")
    with time_machine.travel(at(9, 20), tick=False):
        run(folder)
        assert with_rooms() == set(BY_VIDEO)
        Counsellor.objects.filter(user__handle=BY_VIDEO[0]).update(video_room="")
        run(folder)
    assert with_rooms() == set(BY_VIDEO[1:])


def test_three_wait_where_it_is_open(folder: Path) -> None:
    moments = {
        at(7, 30, MONDAY + dt.timedelta(days=1)): 3,
        at(12, 30, MONDAY + dt.timedelta(days=1)): 3,
        at(9, 20, MONDAY + dt.timedelta(days=2)): 6,
        at(9, 20, HOLIDAY): 6,
    }
    for moment, waiting in moments.items():
        with time_machine.travel(moment, tick=False):
            run(folder)
        for slug in PLACES:
            assert Appointment.objects.waiting().filter(shopfront__slug=slug).count() == waiting, moment
    tickets = Appointment.objects.waiting().filter(shopfront__slug="cahul").order_by("starts_at")
    assert [row.ticket_number for row in tickets] == [1, 2, 3, 1, 2, 3]
    assert not Appointment.objects.exclude(ticket_number=None).exclude(name="").exists()


def test_tablets_and_screens_keep_their_addresses_and_lost_ones_are_shut_out(folder: Path) -> None:
    file = folder / "devices.txt"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    content = file.read_text()
    lines = [line.split() for line in content.splitlines()]
    assert {(place, kind) for place, kind, _address in lines} == {
        (place, kind) for place in PLACES for kind in ("kiosk", "screen")
    }
    for place, kind, address in lines:
        match = re.fullmatch(rf"http://testserver/ro/room/{kind}/([\w-]{{32}})/", address)
        assert match
        device = device_of(match[1], kind)
        assert device
        assert device.shopfront.slug == place
    file.unlink()
    with time_machine.travel(at(9, 20), tick=False):
        run(folder)
    assert (Device.objects.count(), Device.objects.trusted().count()) == (16, 8)
    file.write_text(content)  # for the other tests


def test_it_says_what_must_run_before(tmp_path: Path) -> None:
    User.objects.filter(handle="manager").update(email="gone@demo.example")
    with pytest.raises(CommandError, match="make_demo_users first"):
        run(tmp_path)
    assert not (tmp_path / "devices.txt").exists()


@time_machine.travel(at(9, 20), tick=False)
def test_it_needs_few_statements_for_a_start_that_takes_seconds(
    made: tuple[Path, int], django_assert_max_num_queries: Any
) -> None:
    assert made[1] < 2200
    with django_assert_max_num_queries(150):
        run(made[0])
