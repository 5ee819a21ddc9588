"""Shifts, time off and what counsellors do, by the manager's pages; nothing here cancels a booking."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Role
from counselling import actions, conflicts
from counselling.models import Appointment, Counsellor, Shift, Status, TimeOff
from notifications.models import Notification
from tests.counselling.desk import address, browser_of, colleague, manager, queries
from tests.factories.accounts import RoleFactory, UserFactory
from tests.factories.counselling import (
    MONDAY,
    AppointmentFactory,
    CounsellorFactory,
    ReasonFactory,
    ShiftFactory,
    TimeOffFactory,
    at,
    shopfront,
)
from tests.factories.shopfronts import ShopFrontFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
NEXT = MONDAY + dt.timedelta(days=7)


def shift_form(who: Counsellor, **more: Any) -> dict[str, Any]:
    """Tuesdays from nine to twelve."""
    return {
        "counsellor": str(who.pk), "weekday": "2", "starts": "09:00", "ends": "12:00",
        "valid_from": "2027-03-01", "valid_until": "", "every_weeks": "1",
    } | more  # fmt: skip


def test_the_week_shows_every_shift_that_still_holds() -> None:
    _browser, me = colleague()
    ShiftFactory.create(counsellor=me, weekday=3, valid_until=MONDAY - dt.timedelta(days=1))
    ShiftFactory.create(counsellor=me, weekday=4, shopfront=ShopFrontFactory.create(slug="edinet"))
    (line,) = manager().get(address("roster")).context["lines"]
    assert (line.counsellor, [day.value for day, shifts in line.days if shifts]) == (me, [1])


def test_the_week_asks_as_often_for_ten_as_for_one() -> None:
    colleague()
    browser = manager()
    few = queries(browser, address("roster"))
    for _number in range(9):
        ShiftFactory.create().counsellor.reasons.add(ReasonFactory.create())
    assert queries(browser, address("roster")) == few <= 16


def test_a_shift_is_added() -> None:
    _browser, me = colleague()
    browser = manager()
    page = browser.get(address("shift_add", counsellor=str(me.pk), weekday="5"))
    assert page.context["form"].initial["weekday"] == "5"
    answer = browser.post(address("shift_add"), shift_form(me, every_weeks="2", valid_until="2027-06-30"))
    shift = Shift.objects.get(weekday=2)
    assert answer.url == address("roster", at="cahul")
    assert (shift.counsellor, shift.shopfront, shift.every_weeks) == (me, shopfront(), 2)
    assert shift.valid_until == dt.date(2027, 6, 30)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends": "09:00"}, "ends"),
        ({"ends": "8:00"}, "ends"),
        ({"starts": "x"}, "starts"),
        ({"weekday": "8"}, "weekday"),
        ({"valid_until": "2027-02-28"}, "valid_until"),
        ({"every_weeks": "0"}, "every_weeks"),
        ({"every_weeks": "13"}, "every_weeks"),
        ({"every_weeks": "-1"}, "every_weeks"),
        ({"counsellor": "11111111-2222-4333-8444-555555555555"}, "counsellor"),
        ({"weekday": "1", "starts": "11:00", "ends": "13:00"}, "__all__"),  # Monday until twelve
    ],
)
def test_a_wrong_shift_says_what_is_wrong(wrong: dict[str, str], field: str) -> None:
    _browser, me = colleague()
    answer = manager().post(address("shift_add"), shift_form(me, **wrong))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert len(answer.context["form"].errors[field]) == 1
    assert Shift.objects.count() == 1


def test_a_shift_that_meets_one_at_another_shop_front_is_refused() -> None:
    _browser, me = colleague()
    ShiftFactory.create(counsellor=me, weekday=2, shopfront=ShopFrontFactory.create(slug="edinet"))
    assert manager().post(address("shift_add"), shift_form(me)).status_code == 422


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ((1, "2027-03-01"), (1, "2027-03-01"), True),
        ((2, "2027-03-01"), (2, "2027-03-08"), False),
        ((2, "2027-03-01"), (2, "2027-03-15"), True),
        ((2, "2027-03-01"), (3, "2027-03-08"), True),  # lengths without a common divisor meet one day
        ((2, "2027-03-01"), (4, "2027-03-08"), False),
        ((6, "2027-03-01"), (4, "2027-03-15"), True),
    ],
)
def test_rhythms_meet_when_they_ever_fall_into_one_week(
    one: tuple[int, str], other: tuple[int, str], meet: bool
) -> None:
    _browser, me = colleague()
    browser = manager()
    weeks, day = one
    assert (
        browser.post(address("shift_add"), shift_form(me, every_weeks=weeks, valid_from=day)).status_code
        == 303
    )
    weeks, day = other
    answer = browser.post(address("shift_add"), shift_form(me, every_weeks=weeks, valid_from=day))
    assert answer.status_code == (422 if meet else 303)


def test_a_shift_may_begin_where_another_ends() -> None:
    _browser, me = colleague()
    browser = manager()
    after = shift_form(me, weekday="1", starts="12:00", ends="15:00")
    assert browser.post(address("shift_add"), after).status_code == 303
    Shift.objects.filter(starts=dt.time(9)).update(valid_until=dt.date(2027, 3, 31))
    later = shift_form(me, weekday="1", valid_from="2027-04-01")
    assert browser.post(address("shift_add"), later).status_code == 303


def test_a_changed_shift_keeps_the_bookings_and_says_how_many_no_longer_fit() -> None:
    _browser, me = colleague()
    shift = me.shifts.get()
    rows = [AppointmentFactory.create(counsellor=me, starts_at=at(9, 30 * step, NEXT)) for step in (0, 1)]
    browser = manager()
    answer = browser.post(
        address("shift", shift.pk), shift_form(me, weekday="1", starts="10:00"), follow=True
    )
    assert address("conflicts") in answer.text
    assert "2 " in str(next(iter(answer.context["messages"])))
    for row in rows:
        row.refresh_from_db()
        assert row.status == Status.BOOKED
    assert browser.get(address("conflicts")).context["count"] == 2


def test_a_shift_changed_to_one_that_meets_another_stays_as_it_was() -> None:
    _browser, me = colleague()
    other = ShiftFactory.create(counsellor=me, weekday=2)
    answer = manager().post(address("shift", other.pk), shift_form(me, weekday="1"))
    other.refresh_from_db()
    assert (answer.status_code, other.weekday) == (422, 2)


def test_a_shift_of_a_foreign_shop_front_is_not_there() -> None:
    foreign = ShiftFactory.create(shopfront=ShopFrontFactory.create(slug="edinet"))
    browser = manager()
    assert browser.get(address("shift", foreign.pk)).status_code == 404
    assert browser.post(address("shift_end", foreign.pk), {"last_day": "2027-03-01"}).status_code == 404


def test_an_ended_shift_keeps_the_bookings() -> None:
    _browser, me = colleague()
    shift = me.shifts.get()
    row = AppointmentFactory.create(counsellor=me, starts_at=at(9, day=NEXT))
    browser = manager()
    assert browser.post(address("shift_end", shift.pk), {"last_day": "x"}).status_code == 422
    browser.post(address("shift_end", shift.pk), {"last_day": "2027-03-01"})
    shift.refresh_from_db()
    row.refresh_from_db()
    assert (shift.valid_until, row.status) == (MONDAY, Status.BOOKED)
    assert [each.why for each in conflicts.find()] == [conflicts.Why.NO_SHIFT]


def test_a_shift_that_ends_before_it_began_goes_away() -> None:
    _browser, me = colleague()
    shift = ShiftFactory.create(counsellor=me, weekday=3, valid_from=NEXT)
    manager().post(address("shift_end", shift.pk), {"last_day": "2027-03-01"})
    assert not Shift.objects.filter(pk=shift.pk).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts": dt.time(12), "ends": dt.time(9)},
        {"weekday": 8},
        {"valid_until": dt.date(2025, 12, 31)},
        {"every_weeks": 13},
    ],
)
def test_the_database_refuses_a_shift_that_cannot_be(wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ShiftFactory.create(**wrong)


def off(**more: str) -> dict[str, str]:
    """The next Monday, whole."""
    return {
        "from_on": "2027-03-08",
        "from_at": "",
        "until_on": "2027-03-08",
        "until_at": "",
        "note": "",
    } | more


def test_a_counsellor_writes_their_own_time_off() -> None:
    browser, me = colleague()
    other = CounsellorFactory.create()
    answer = browser.post(address("time_off"), off(note="la medic", counsellor=str(other.pk)))
    row = TimeOff.objects.get()
    assert answer.url == address("time_off", at="cahul")
    assert (row.counsellor, row.note, row.made_by) == (me, "la medic", me.user)
    assert (row.starts_at, row.ends_at) == (at(0, day=NEXT), at(0, day=NEXT + dt.timedelta(days=1)))
    assert "la medic" in browser.get(answer.url).text
    browser.post(address("time_off_remove", row.pk))
    assert not TimeOff.objects.exists()


def test_time_off_may_be_a_part_of_a_day() -> None:
    browser, _me = colleague()
    browser.post(address("time_off"), off(from_at="10:00", until_at="11:30"))
    row = TimeOff.objects.get()
    assert (row.starts_at, row.ends_at) == (at(10, day=NEXT), at(11, 30, NEXT))


def test_a_manager_writes_time_off_of_everyone_here() -> None:
    _browser, me = colleague()
    browser, stranger = manager(), CounsellorFactory.create(role=False)
    assert browser.post(address("time_off"), off(counsellor=str(stranger.pk))).status_code == 422
    assert browser.post(address("time_off"), off(counsellor=str(me.pk))).status_code == 303
    assert TimeOff.objects.get().counsellor == me
    assert browser.post(address("time_off_remove", TimeOff.objects.get().pk)).status_code == 303
    foreign = TimeOffFactory.create(counsellor=stranger)
    assert browser.post(address("time_off_remove", foreign.pk)).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"from_on": ""}, "from_on"),
        ({"until_on": "x"}, "until_on"),
        ({"until_on": "2027-03-07"}, "until_on"),
        ({"from_at": "10:00", "until_at": "10:00"}, "until_on"),
        ({"until_on": "2037-03-08"}, "until_on"),
        ({"until_on": "9999-12-31"}, "until_on"),
        ({"from_on": "0001-01-01"}, "from_on"),
        ({"note": "x" * 121}, "note"),
    ],
)
def test_wrong_time_off_says_what_is_wrong(wrong: dict[str, str], field: str) -> None:
    browser, _me = colleague()
    answer = browser.post(address("time_off"), off(**wrong))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not TimeOff.objects.exists()


def test_time_off_keeps_the_bookings_and_tells_the_managers() -> None:
    browser, me = colleague()
    boss = RoleFactory.create(role=Role.MANAGER)
    row = AppointmentFactory.create(counsellor=me, starts_at=at(9, day=NEXT))
    answer = browser.post(address("time_off"), off(), follow=True)
    row.refresh_from_db()
    assert row.status == Status.BOOKED
    assert [message.level_tag for message in answer.context["messages"]] == ["warning"]
    assert Notification.objects.get(kind="counselling.conflicts").user == boss
    assert address("conflicts") not in answer.text


def test_who_takes_nobody_writes_no_time_off_of_their_own() -> None:
    shopfront()
    browser = browser_of(RoleFactory.create(role=Role.COUNSELLOR))
    assert browser.get(address("time_off")).status_code == 200
    assert browser.post(address("time_off"), off()).status_code == 403


def test_the_list_of_time_off_asks_as_often_for_ten_as_for_one() -> None:
    browser, me = colleague()
    TimeOffFactory.create(counsellor=me)
    few = queries(browser, address("time_off"))
    for hour in range(9):
        TimeOffFactory.create(counsellor=me, starts_at=at(hour, day=NEXT), ends_at=at(hour + 1, day=NEXT))
    assert queries(browser, address("time_off")) == few <= 14


def counsellor_form(**more: Any) -> dict[str, Any]:
    """Someone who speaks Romanian and Gagauz."""
    return {"name": "Ana Munteanu", "languages": ["ro", "gag"], "reasons": [], "is_active": "on"} | more


def test_a_counsellor_is_added_from_who_has_a_role_here() -> None:
    browser = manager()
    new, member = RoleFactory.create(role=Role.COUNSELLOR), UserFactory.create()
    reason = ReasonFactory.create()
    users = browser.get(address("counsellor_add")).context["form"].fields["user"].queryset
    assert new in users
    assert member not in users
    assert browser.post(address("counsellor_add"), counsellor_form(user=str(member.pk))).status_code == 422
    answer = browser.post(
        address("counsellor_add"), counsellor_form(user=str(new.pk), reasons=[str(reason.pk)])
    )
    added = Counsellor.objects.get()
    assert answer.url == address("roster", at="cahul")
    assert (added.user, added.languages, list(added.reasons.all())) == (new, ["ro", "gag"], [reason])
    assert new not in browser.get(address("counsellor_add")).context["form"].fields["user"].queryset


def test_a_counsellor_is_changed_and_bookings_stay() -> None:
    _browser, me = colleague()
    row = AppointmentFactory.create(counsellor=me, starts_at=at(9, day=NEXT))
    me.reasons.add(row.reason)
    form = counsellor_form(languages=["ru"])
    del form["is_active"]
    browser = manager()
    assert browser.post(address("counsellor", me.pk), form).status_code == 303
    me.refresh_from_db()
    row.refresh_from_db()
    assert (me.name, me.languages, me.is_active, me.reasons.count()) == ("Ana Munteanu", ["ru"], False, 0)
    assert row.status == Status.BOOKED
    assert [each.why for each in conflicts.find()] == [conflicts.Why.INACTIVE]


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"languages": []}, {"languages": ["xx"]}, {"reasons": ["x"]}]
)
def test_a_wrong_counsellor_says_what_is_wrong(wrong: dict[str, Any]) -> None:
    _browser, me = colleague()
    answer = manager().post(address("counsellor", me.pk), counsellor_form(**wrong))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, list(wrong))


def test_a_counsellor_of_a_foreign_shop_front_is_not_there() -> None:
    foreign = ShiftFactory.create(shopfront=ShopFrontFactory.create(slug="edinet")).counsellor
    assert manager().get(address("counsellor", foreign.pk)).status_code == 404


def test_saving_a_counsellor_leaves_reasons_that_are_not_named() -> None:
    _browser, me = colleague()
    me.reasons.add(ReasonFactory.create())
    actions.save_counsellor(counsellor=me, by=me.user)
    assert me.reasons.count() == 1
    assert not Appointment.objects.exists()
