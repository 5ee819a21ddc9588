"""A talk by telephone needs a number, by video a mailbox or a mobile, wherever it is booked or changed."""

from __future__ import annotations

import pytest

from counselling import actions
from counselling.actors import Actor
from counselling.errors import UnreachableError
from counselling.models import Appointment
from counselling.reaching import can_reach
from notifications.models import Contact
from tests.counselling.desk import address, colleague
from tests.factories.accounts import UserFactory
from tests.factories.counselling import AppointmentFactory, ReasonFactory, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
MOBILE, LANDLINE, MAIL = "+37360123456", "+37322123456", "nina@example.com"


@pytest.mark.parametrize(
    ("mode", "email", "phone", "can"),
    [
        ("in_person", "", "", True),
        ("phone", "", "", False),
        ("phone", MAIL, "", False),
        ("phone", "", LANDLINE, True),
        ("video", "", "", False),
        ("video", "", LANDLINE, False),
        ("video", "", MOBILE, True),
        ("video", MAIL, "", True),
    ],
)
def test_each_way_has_its_need(mode: str, email: str, phone: str, can: bool) -> None:
    assert can_reach(mode, email=email, phone=phone) is can


def test_an_account_is_reached_by_what_it_has() -> None:
    assert can_reach("video", member=UserFactory.create())
    assert not can_reach("phone", member=UserFactory.create())


@pytest.mark.parametrize(("mode", "field"), [("phone", "phone"), ("video", "email")])
def test_the_desk_books_nothing_that_nobody_could_begin(mode: str, field: str) -> None:
    browser, _me = colleague()
    reason = ReasonFactory.create(modes=["in_person", "phone", "video"])
    sent = {
        "reason": reason.key, "shopfront": "cahul", "language": "ro", "mode": mode, "name": "Nina", "phone": "",
        "email": "", "note": "", "time": at(10).isoformat(),
    }  # fmt: skip
    answer = browser.post(address("book"), sent)
    assert (answer.status_code, list(answer.context["caller"].errors)) == (422, [field])
    assert not Appointment.objects.exists()
    enough = {"phone": {"phone": "022 123 456"}, "video": {"email": MAIL}}[mode]
    assert browser.post(address("book"), sent | enough).status_code == 303


def test_a_move_into_a_way_that_cannot_be_is_refused() -> None:
    _browser, me = colleague()
    contact = Contact.objects.create(email=MAIL)
    reason = ReasonFactory.create(modes=["in_person", "phone"])
    booked = AppointmentFactory.create(counsellor=me, starts_at=at(9), reason=reason, contact=contact)
    choice = actions.Choice(reason, booked.shopfront, at(10), "phone", "ro")
    with pytest.raises(UnreachableError):
        actions.move_appointment(
            appointment=booked, choice=choice, candidates=(me.pk,), by=Actor.staff(me.user), reason="x"
        )
    booked.refresh_from_db()
    assert booked.status == "booked"
