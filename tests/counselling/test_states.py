"""The table of steps, and that the database has the same one."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from django.db import Error, IntegrityError, connection, transaction

from counselling.models import AppointmentStep
from counselling.states import (
    AFTERWARDS,
    AHEAD,
    CANCELLED,
    OCCUPYING,
    STEPS,
    IllegalStepError,
    Status,
    can_step,
    check_step,
)
from tests.factories.counselling import AppointmentFactory, CounsellorFactory, at

PAIRS = list(itertools.product(Status.values, repeat=2))


def test_every_status_stands_in_the_table() -> None:
    assert set(STEPS) == set(Status)
    assert {one for one in Status if not STEPS[one]} == {
        Status.COMPLETED, Status.MOVED, *CANCELLED,
    }  # fmt: skip
    assert Status.HELD not in {
        after for steps in STEPS.values() for after in steps
    }  # a hold is only ever made


def test_every_status_can_be_reached_from_a_hold() -> None:
    reached, ahead = set[Status](), {Status.HELD}
    while ahead:
        reached |= ahead
        ahead = {after for one in ahead for after in STEPS[one]} - reached
    assert reached == set(Status)


def test_what_is_over_takes_no_time() -> None:
    over = {one for one in Status if not STEPS[one]} | {Status.NO_SHOW}
    assert set(OCCUPYING) == set(Status) - over
    assert set(AHEAD) < set(OCCUPYING)


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_a_step_that_the_table_lacks_is_refused(old: str, new: str) -> None:
    if Status(new) in STEPS[Status(old)]:
        check_step(old, new)
        assert can_step(old, new)
    else:
        assert not can_step(old, new)
        with pytest.raises(IllegalStepError, match=f"{old} -> {new}"):
            check_step(old, new)


def fields(status: str) -> dict[str, Any]:
    """What a row of that status must have."""
    more: dict[str, Any] = {"status": status, "began_at": at(9)}
    return more | ({"held_until": at(8, 10), "reference": ""} if status == Status.HELD else {})


def took(pk: Any, new: str) -> bool:
    """Change the status by SQL alone, with all that the other constraints ask for; whether the trigger let it pass."""
    held_until, reference = (at(8, 10), "") if new == Status.HELD else (None, "ABCDEFGH")
    statement = (
        "UPDATE counselling_appointment SET status = %s, held_until = %s, reference = %s WHERE id = %s"
    )
    refused = ""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [new, held_until, reference, str(pk)])
    except IntegrityError as error:
        refused = error.__cause__.diag.constraint_name  # type: ignore[union-attr]
    assert refused in ("", "counselling_appointment_step")
    return not refused


@pytest.mark.django_db
@pytest.mark.sql
@pytest.mark.parametrize("old", Status.values)
def test_the_database_has_the_same_table(old: str) -> None:
    counsellor, allowed = CounsellorFactory.create(), set()
    for new in Status.values:
        row = AppointmentFactory.create(counsellor=counsellor, **fields(old))
        if took(row.pk, new):
            allowed.add(new)
        row.delete()
    assert allowed == STEPS[Status(old)] | {Status(old)}  # the same status again is no step


@pytest.mark.django_db
@pytest.mark.sql
@pytest.mark.parametrize("old", AFTERWARDS)
@pytest.mark.parametrize("new", [Status.COMPLETED, Status.NO_SHOW])
def test_how_a_talk_ended_may_be_said_on_a_later_day_alone(old: str, new: str) -> None:
    row = AppointmentFactory.create(counsellor=CounsellorFactory.create(), **fields(old))
    type(row).objects.filter(pk=row.pk).update(status=new, over_at=at(9) + dt.timedelta(days=1))
    row.refresh_from_db()
    assert row.status == new
    if new not in STEPS[Status(old)]:
        same_day = AppointmentFactory.create(counsellor=CounsellorFactory.create(), **fields(old))
        with pytest.raises(IntegrityError, match="cannot go from"), transaction.atomic():
            type(row).objects.filter(pk=same_day.pk).update(status=new, over_at=at(23))


@pytest.mark.django_db
def test_no_step_is_taken_by_many_rows_at_once_either() -> None:
    over = AppointmentFactory.create(status=Status.COMPLETED)
    ahead = AppointmentFactory.create()
    with (
        pytest.raises(IntegrityError, match="cannot go from completed to cancelled_by_office"),
        transaction.atomic(),
    ):
        type(over).objects.update(status=Status.CANCELLED_BY_OFFICE)
    ahead.refresh_from_db()
    assert ahead.status == Status.BOOKED


@pytest.mark.django_db
def test_a_step_in_the_log_is_never_changed() -> None:
    step = AppointmentStep.objects.create(
        appointment=AppointmentFactory.create(), new=Status.BOOKED, by="client"
    )
    with pytest.raises(Error, match="are not changed"), transaction.atomic():
        AppointmentStep.objects.filter(pk=step.pk).update(reason="otherwise")
    step.reason = "otherwise"
    with pytest.raises(Error, match="are not changed"), transaction.atomic():
        step.save()
    step.refresh_from_db()
    assert step.reason == ""
    step.appointment.delete()  # it goes with its appointment alone
    assert not AppointmentStep.objects.exists()
