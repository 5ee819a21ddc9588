"""A typed address is not the person: every row says by what its person is known."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import pytest
import time_machine
from django.apps import apps

from counselling.actions import (
    book_for_client,
    cancel_appointment,
    candidates_of,
    join_waiting_list,
    move_appointment,
    take_offer,
    take_ticket,
)
from counselling.actors import Actor
from counselling.models import Appointment, Offer, WaitingEntry
from tests.counselling.people import NOW, book, choice, client, counsellor, wanted, wish
from tests.factories.accounts import UserFactory
from tests.factories.counselling import AppointmentFactory, ReasonFactory, at, shopfront

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _four_weeks_before() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def test_each_way_of_booking_says_by_what_the_person_is_known() -> None:
    reason = ReasonFactory.create(places=9)
    counsellor()
    found = {
        "typed": book(reason, at(9), "Typed"),
        "code": book(reason, at(9), client("Code", has_proved_address=True)),
        "member": book(reason, at(9), client("Member", email="", member=UserFactory.create())),
        "desk": book_for_client(
            choice=choice(reason, at(9)),
            candidates=candidates_of(choice(reason, at(9)), wish(reason)),
            client=client("Desk"),
            by=UserFactory.create(),
        ),
        "door": take_ticket(shopfront=shopfront(), reason=reason, language="ro", by=Actor.system()),
    }
    assert {name: str(row.proof) for name, row in found.items()} == {
        "typed": "none",
        "code": "address",
        "member": "account",
        "desk": "desk",
        "door": "desk",
    }
    assert Appointment.objects.unproved().get() == found["typed"]
    assert Appointment.objects.proved().count() == 4


def test_a_move_knows_no_more_of_the_person_than_the_booking() -> None:
    reason = ReasonFactory.create()
    counsellor()
    for name, proof in [("Typed", "none"), ("Code", "address")]:
        old = book(reason, at(9), client(name, has_proved_address=proof == "address"))
        new = choice(reason, at(10))
        moved = move_appointment(
            appointment=old, choice=new, candidates=candidates_of(new, wish(reason)), by=Actor.client()
        )
        assert moved.proof == proof
        cancel_appointment(appointment=moved, by=Actor.client())


def test_taking_an_offered_place_proves_the_address_that_it_was_sent_to() -> None:
    reason = ReasonFactory.create()
    counsellor()
    there = book(reason, at(9), "Nina")
    entry = join_waiting_list(wanted=wanted(reason), client=client("Ion"))
    assert entry.proof == "none"
    cancel_appointment(appointment=there, by=Actor.client())
    assert take_offer(offer=Offer.objects.get()).proof == "address"


def test_who_waits_for_an_earlier_place_is_as_well_known_as_their_appointment() -> None:
    reason = ReasonFactory.create()
    counsellor()
    there = book(reason, at(9), client("Nina", has_proved_address=True))
    entry = join_waiting_list(wanted=wanted(reason, instead_of=there), client=client("Nina"))
    assert entry.proof == "address"
    assert WaitingEntry.objects.proved().get() == entry


def test_rows_of_before_tell_what_they_know() -> None:
    migration = importlib.import_module("counselling.migrations.0002_proof")
    AppointmentFactory.create(source="office", reference="K7M2PX4D")
    AppointmentFactory.create(source="online", reference="K7M2PX4E", confirmed_at=at(8))
    AppointmentFactory.create(walk_in=True)
    Appointment.objects.update(proof="none")
    migration.read_from_rows(apps, None)
    assert list(Appointment.objects.order_by("source", "kind").values_list("source", "proof")) == [
        ("office", "desk"),
        ("online", "none"),
        ("online", "desk"),
    ]
