"""Every rule that the database holds about bookings: the row it refuses, by its name, and the neighbour it admits."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Model

from counselling.models import Appointment, Counsellor, Offer, Reason, TicketCounter, WaitingEntry
from notifications.models import Contact
from tests.factories.accounts import UserFactory
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
from tests.factories.notifications import ContactFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
Fields = dict[str, Any]
Row = tuple[str, Fields, Fields]  # constraint, what it refuses, what it admits


def refuses(constraint: str, make: Callable[..., Any], **values: Any) -> None:
    """Assert that this very constraint refuses the row."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        make(**values)
    assert refusal.value.__cause__.diag.constraint_name == f"counselling_{constraint}"  # type: ignore[union-attr]


REASONS: list[Row] = [
    ("reason_duration", {"duration": 4}, {"duration": 5}),
    ("reason_duration", {"duration": 481}, {"duration": 480}),
    ("reason_buffers", {"buffer_before": 241}, {"buffer_before": 240}),
    ("reason_buffers", {"buffer_after": 241}, {"buffer_after": 240}),
    ("reason_horizon", {"horizon_days": 0}, {"horizon_days": 1}),
    ("reason_horizon", {"horizon_days": 366}, {"horizon_days": 365}),
    ("reason_places", {"places": 0}, {"places": 1}),
    ("reason_places", {"places": 201}, {"places": 200}),
    ("reason_most_open", {"most_open": 0}, {"most_open": 1}),
    ("reason_modes_known", {"modes": []}, {"modes": ["phone"]}),
    ("reason_modes_known", {"modes": ["phone", "letter"]}, {"modes": ["video", "in_person", "phone"]}),
]
ROOM = "https://video.example.com/ana"
COUNSELLORS: list[Row] = [
    ("counsellor_speaks_something", {"languages": []}, {"languages": ["gag"]}),
    ("counsellor_video_room_form", {"video_room": "http://video.example.com/ana"}, {"video_room": ROOM}),
    ("counsellor_video_room_form", {"video_room": "javascript:alert(1)"}, {"video_room": ""}),
]
SHIFTS: list[Row] = [
    ("shift_starts_first", {"ends": dt.time(9)}, {"ends": dt.time(9, 1)}),
    ("shift_starts_first", {"ends": dt.time(8)}, {"ends": dt.time(23, 59)}),
    ("shift_weekday_known", {"weekday": 0}, {"weekday": 1}),
    ("shift_weekday_known", {"weekday": 8}, {"weekday": 7}),
    ("shift_valid_from_first", {"valid_until": dt.date(2025, 12, 31)}, {"valid_until": dt.date(2026, 1, 1)}),
    ("shift_every_weeks", {"every_weeks": 0}, {"every_weeks": 1}),
    ("shift_every_weeks", {"every_weeks": 13}, {"every_weeks": 12}),
]
TIME_OFF: list[Row] = [
    ("timeoff_starts_first", {"ends_at": at(8)}, {"ends_at": at(8, 1)}),
    ("timeoff_starts_first", {"ends_at": at(7)}, {"ends_at": at(9, day=MONDAY + 90 * DAY)}),
]
HELD: Fields = {"status": "held", "reference": "", "held_until": at(8, 10)}
WALK_IN: Fields = {
    "kind": "walk_in", "status": "arrived", "reference": "", "counsellor": None, "ticket_on": MONDAY, "ticket_number": 1,
}  # fmt: skip
APPOINTMENTS: list[Row] = [
    ("appointment_proof_known", {"proof": "work"}, {"proof": "desk"}),
    ("appointment_safe_contact_known", {"safe_contact": "xx"}, {"safe_contact": "no"}),
    ("appointment_times_in_order", {"ends_at": at(9)}, {"ends_at": at(9, 1)}),
    ("appointment_times_in_order", {"busy_from": at(9, 1)}, {"busy_from": at(9)}),
    ("appointment_times_in_order", {"busy_from": at(9, 1)}, {"busy_from": at(8)}),
    ("appointment_times_in_order", {"busy_until": at(9, 29)}, {"busy_until": at(9, 30)}),
    ("appointment_has_counsellor", {"counsellor": None}, {}),
    ("appointment_has_counsellor", {"counsellor": None}, WALK_IN),
    ("appointment_kind_known", {"kind": "other", "ticket_number": 1}, WALK_IN),
    ("appointment_status_known", {"status": "lost"}, {"status": "booked"}),
    ("appointment_held_for_a_time", {"held_until": at(8)}, HELD),
    ("appointment_held_for_a_time", HELD | {"held_until": None}, HELD),
    ("appointment_held_for_a_time", HELD | {"reference": "ABCDEFGH"}, {"reference": "ABCDEFGH"}),
    ("appointment_reference_form", {"reference": ""}, {"reference": "23456789"}),
    ("appointment_reference_form", {"reference": "ABCDEFG"}, {"reference": "ABCDEFGH"}),
    ("appointment_reference_form", {"reference": "ABCDEFGI"}, {"reference": "ABCDEFGJ"}),
    ("appointment_reference_form", {"reference": "ABCDEFG0"}, {"reference": "ABCDEFG2"}),
    ("appointment_reference_form", {"reference": "abcdefgh"}, WALK_IN),
    ("appointment_walk_in_ticket", WALK_IN | {"ticket_number": None}, WALK_IN),
    (
        "appointment_session_has_counsellor",
        {"status": "in_session"},
        {"status": "in_session", "began_at": at(9)},
    ),
    (
        "appointment_session_has_counsellor",
        WALK_IN | {"status": "in_session", "began_at": at(9)},
        WALK_IN | {"status": "completed"},
    ),
]
ONE_ROW = [
    *((ReasonFactory.create, *row) for row in REASONS),
    *((CounsellorFactory.create, *row) for row in COUNSELLORS),
    *((ShiftFactory.create, *row) for row in SHIFTS),
    *((TimeOffFactory.create, *row) for row in TIME_OFF),
    *((AppointmentFactory.create, *row) for row in APPOINTMENTS),
]


@pytest.mark.parametrize(("make", "constraint", "wrong", "right"), ONE_ROW)
def test_constraint_on_one_row(
    make: Callable[..., Model], constraint: str, wrong: Fields, right: Fields
) -> None:
    refuses(constraint, make, **wrong)
    assert make(**right).pk


KEY, OTHER = uuid.uuid4(), uuid.uuid4()
SESSION: Fields = {"status": "in_session", "began_at": at(9)}
LATER: Fields = {"starts_at": at(15)}
TICKET: Fields = {"ticket_on": MONDAY, "ticket_number": 7}
PERSON: Fields = {"person_key": "nina", "proof": "address"}
# constraint, what both rows share, the second that it refuses, the second that it admits; `other` is another counsellor
TWO_ROWS: list[tuple[str, Fields, Fields, Fields]] = [
    ("no_overlap", {}, {"starts_at": at(9, 29)}, {"starts_at": at(9, 30)}),
    ("no_overlap", {}, {"starts_at": at(8, 31)}, {"starts_at": at(8, 30)}),
    (
        "no_overlap",
        {},
        {"starts_at": at(9, 40), "busy_from": at(9, 29)},
        {"starts_at": at(9, 40), "busy_from": at(9, 30)},
    ),
    (
        "no_overlap",
        {},
        {"starts_at": at(8, 20), "busy_until": at(9, 1)},
        {"starts_at": at(8, 20), "busy_until": at(9)},
    ),
    ("no_overlap", {}, {}, {"counsellor": "other"}),
    ("no_overlap", {}, HELD, {"status": "cancelled_by_client"}),
    ("no_overlap", {}, {"status": "arrived"}, {"status": "no_show"}),
    ("no_overlap", {}, SESSION, {"status": "completed"}),
    ("no_overlap", {}, {"mode": "phone", "contact": "called"}, {"status": "moved"}),
    ("no_overlap", {}, {"seat": 2}, {"status": "cancelled_by_office"}),
    ("no_overlap", {}, {}, {"kind": "walk_in", **TICKET}),
    ("one_a_seat", {"session_key": KEY}, {}, {"seat": 2}),
    ("one_a_seat", {"session_key": KEY, "seat": 4}, HELD, {"status": "cancelled_by_client"}),
    ("person_once", PERSON, {"counsellor": "other"}, {"counsellor": "other", "person_key": "ion"}),
    ("person_once", PERSON, {"counsellor": "other"}, {"counsellor": "other", "proof": "none"}),
    ("person_once", PERSON, {"counsellor": "other", "starts_at": at(9, 29)}, {"starts_at": at(9, 30)}),
    ("person_once", PERSON, {"counsellor": "other", **HELD}, {"counsellor": "other", "status": "moved"}),
    (
        "person_once",
        PERSON,
        {"session_key": KEY, "counsellor": "other"},
        {"counsellor": "other", "person_key": ""},
    ),
    ("one_session", SESSION, LATER, {**LATER, "counsellor": "other"}),
    ("one_session", SESSION, LATER, {**LATER, "status": "arrived"}),
    ("reference_unique", {"reference": "ABCDEFGH"}, LATER, {**LATER, "status": "moved"}),
    (
        "reference_unique",
        {"reference": "ABCDEFGH"},
        {**LATER, "status": "completed"},
        {**LATER, "reference": "ABCDEFGJ"},
    ),
    ("one_hold_a_visitor", HELD | {"visitor_key": "v"}, LATER, {**LATER, "visitor_key": "w"}),
    ("one_hold_a_visitor", HELD | {"visitor_key": "v"}, LATER, {**LATER, "visitor_key": ""}),
    (
        "one_hold_a_visitor",
        HELD | {"visitor_key": "v"},
        LATER,
        {**LATER, "status": "booked", "reference": "ABCDEFGH", "held_until": None},
    ),
    ("sequence_unique", {"booking_id": KEY}, LATER, {**LATER, "sequence": 1}),
    ("sequence_unique", {"booking_id": KEY, "sequence": 2}, LATER, {**LATER, "booking_id": OTHER}),
    ("ticket_unique", TICKET, LATER, {**LATER, "ticket_number": 8}),
    ("ticket_unique", TICKET, LATER, {**LATER, "ticket_on": MONDAY + DAY}),
    ("ticket_unique", TICKET, LATER, {**LATER, "shopfront": "edinet"}),
]


@pytest.mark.parametrize(("constraint", "shared", "wrong", "right"), TWO_ROWS)
def test_constraint_between_two_appointments(
    constraint: str, shared: Fields, wrong: Fields, right: Fields
) -> None:
    counsellor = CounsellorFactory.create()

    def make(**fields: Any) -> Appointment:
        if fields.get("counsellor") == "other":
            fields["counsellor"] = CounsellorFactory.create()
        if fields.get("contact") == "called":
            fields["contact"] = ContactFactory.create(phone="+37360123456")
        if fields.get("shopfront"):
            fields["shopfront"] = shopfront(slug=fields["shopfront"])
        row: Appointment = AppointmentFactory.create(**{"counsellor": counsellor, **fields})
        return row

    make(**shared)
    refuses(f"appointment_{constraint}", make, **(shared | wrong))
    assert make(**(shared | right)).pk


def test_seats_of_one_group_share_their_time_and_one_session() -> None:
    fields: Fields = {"counsellor": CounsellorFactory.create(), "session_key": KEY, **SESSION}
    AppointmentFactory.create(**fields)
    assert AppointmentFactory.create(seat=2, **fields).pk
    refuses("appointment_no_overlap", AppointmentFactory.create, **(fields | {"session_key": OTHER}))


def test_references_of_holds_and_tickets_are_empty_and_do_not_meet() -> None:
    for number in range(2):
        AppointmentFactory.create(**(WALK_IN | {"ticket_number": number}))
        AppointmentFactory.create(**HELD, starts_at=at(9 + number))
    assert Appointment.objects.filter(reference="").count() == 4


def test_feeds_have_addresses_of_their_own_and_none_is_no_address() -> None:
    for _number in range(2):
        CounsellorFactory.create()
    CounsellorFactory.create(feed_token_hash="a" * 64)
    refuses("counsellor_feed_unique", CounsellorFactory.create, feed_token_hash="a" * 64)
    assert CounsellorFactory.create(feed_token_hash="b" * 64).pk


def test_nobody_shares_a_video_room() -> None:
    for room in ("", "", ROOM):
        CounsellorFactory.create(video_room=room)
    refuses("counsellor_video_room_unique", CounsellorFactory.create, video_room=ROOM)
    assert CounsellorFactory.create(video_room=f"{ROOM}-2").pk


def test_a_day_has_one_counter_of_tickets_a_shop_front() -> None:
    TicketCounter.objects.create(shopfront=shopfront(), on=MONDAY)
    refuses("ticketcounter_one_a_day", TicketCounter.objects.create, shopfront=shopfront(), on=MONDAY)
    assert TicketCounter.objects.create(shopfront=shopfront(slug="edinet"), on=MONDAY).pk
    assert TicketCounter.objects.create(shopfront=shopfront(), on=MONDAY + DAY).pk


@pytest.fixture
def entry() -> Callable[..., WaitingEntry]:
    """Makes entries of one member's for one reason."""
    member, reason = UserFactory.create(), ReasonFactory.create()
    fields = {"member": member, "reason": reason, "language": "ro", "until_on": MONDAY, "person_key": "nina"}
    fields["proof"] = "account"
    return lambda **more: WaitingEntry.objects.create(**(fields | more))


def test_who_waits_can_be_reached(entry: Callable[..., WaitingEntry]) -> None:
    refuses("waitingentry_can_be_reached", entry, member=None)
    assert entry(member=None, contact=Contact.objects.create(email="nina@example.com")).pk
    assert entry(member=None, status="over").pk


def test_who_waits_gets_three_offers_at_most(entry: Callable[..., WaitingEntry]) -> None:
    refuses("waitingentry_three_offers", entry, offers_made=4)
    assert entry(offers_made=3).pk


def test_who_waits_does_so_once_a_reason(entry: Callable[..., WaitingEntry]) -> None:
    entry()
    refuses("waitingentry_once_a_reason", entry)
    assert entry(status="left").pk
    assert entry(reason=ReasonFactory.create()).pk
    assert entry(person_key="ion").pk


def test_who_signed_in_is_proved(entry: Callable[..., WaitingEntry]) -> None:
    refuses("waitingentry_proof_known", entry, proof="work")
    refuses("waitingentry_safe_contact_known", entry, safe_contact="xx")
    refuses("waitingentry_member_is_proved", entry, proof="none")
    refuses("appointment_member_is_proved", AppointmentFactory.create, member=entry().member, proof="none")
    contact = Contact.objects.create(email="nina@example.com")
    assert entry(member=None, contact=contact, proof="none", person_key="ion").pk
    assert AppointmentFactory.create(proof="account").pk  # of an account that was erased since


def test_one_place_is_offered_at_a_time_and_for_a_time(entry: Callable[..., WaitingEntry]) -> None:
    def offer(**more: Any) -> Offer:
        fields: Fields = {"entry": first, "starts_at": at(9), "made_at": at(8), "expires_at": at(10)}
        return Offer.objects.create(**(fields | more))

    first = entry()
    refuses("offer_lasts", offer, expires_at=at(8))
    assert offer(expires_at=at(8, 1)).pk
    refuses("offer_one_at_a_time", offer)
    assert offer(status="expired").pk
    assert offer(entry=entry(person_key="ion")).pk


def test_every_constraint_stands_in_this_file() -> None:
    text = (
        {name for _make, name, _wrong, _right in ONE_ROW}
        | {f"appointment_{name}" for name, *_rows in TWO_ROWS}
        | {"counsellor_feed_unique", "ticketcounter_one_a_day", "offer_lasts", "offer_one_at_a_time"}
        | {"counsellor_video_room_unique"}
        | {f"waitingentry_{name}" for name in ("can_be_reached", "three_offers", "once_a_reason")}
        | {"waitingentry_safe_contact_known"}
        | {"waitingentry_proof_known", "waitingentry_member_is_proved", "appointment_member_is_proved"}
    )
    models = apps.get_app_config("counselling").get_models()
    assert {f"counselling_{name}" for name in text} == {
        one.name for model in models for one in model._meta.constraints
    }


def test_what_a_member_sees_and_what_colleagues_see() -> None:
    member, colleague = UserFactory.create(), CounsellorFactory.create()
    rows = {
        status: AppointmentFactory.create(
            counsellor=colleague,
            member=member,
            starts_at=at(9 + number),
            **(HELD if status == "held" else {"status": status}),
        )
        for number, status in enumerate(("held", "moved", "booked", "cancelled_by_client"))
    }
    AppointmentFactory.create(starts_at=at(16), shopfront=shopfront(slug="edinet"))
    assert set(Appointment.objects.visible_to(member)) == {rows["booked"], rows["cancelled_by_client"]}
    assert set(Appointment.objects.of_shopfronts(frozenset({"cahul"}))) == set(rows.values()) - {rows["held"]}
    assert Appointment.objects.of_shopfronts(frozenset()).count() == 0


def test_rows_say_what_they_are() -> None:
    booked = AppointmentFactory.create(reference="ABCDEFGH")
    ticket = AppointmentFactory.create(**(WALK_IN | {"ticket_number": 17}))
    assert str(booked) == "ABCDEFGH"
    assert str(ticket) == ticket.ticket == f"{shopfront().ticket_prefix}-017"
    assert (ticket.is_walk_in, booked.is_walk_in, booked.ticket) == (True, False, "")
    hold = AppointmentFactory.create(**HELD, starts_at=at(10))
    assert str(hold) == str(hold.pk)[:8]
    assert [str(one) for one in (Reason(key="pensions"), Reason(name="Pensii"), Counsellor(name="Ana"))] == [
        "pensions", "Pensii", "Ana",
    ]  # fmt: skip
    assert Reason(bring=" passport \n\n photo").things_to_bring == ["passport", "photo"]
