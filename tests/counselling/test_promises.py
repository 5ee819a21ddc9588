"""No page at the desk says that somebody is written to who is not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from counselling.models import Appointment
from notifications.models import Notification
from notifications.outlook import Asked, outlook, outlooks
from tests.counselling.desk import address, manager, queries
from tests.factories.accounts import UserFactory
from tests.factories.counselling import MONDAY, AppointmentFactory, ShiftFactory, at
from tests.factories.notifications import ContactFactory, SuppressionFactory
from tests.factories.shopfronts import ClosureFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
NEXT = MONDAY + dt.timedelta(days=7)
READ, NOTHING = "Clientul citește explicația în mesaj.", "Clientul nu primește niciun mesaj"


def silent() -> Any:
    """An address and a number, and no word that they may be used."""
    return ContactFactory.create(phone="+37360123456", consented_at=None)


def bounced() -> Any:
    """An address that does not exist."""
    contact = ContactFactory.create()
    SuppressionFactory.create(address=contact.email)
    return contact


CLIENTS = [
    ({"contact": ContactFactory.create}, ""),
    ({"member": UserFactory.create}, ""),
    ({"contact": silent}, f"{NOTHING}: sunați la +373 601 23 456."),
    ({"contact": bounced}, f"{NOTHING}."),
    ({"contact": ContactFactory.create, "safe_contact": "no"}, f"{NOTHING}."),
    ({}, f"{NOTHING}."),
]


def booking(**client: Any) -> Appointment:
    """On the next Monday, when the shop-front is closed."""
    counsellor = ShiftFactory.create().counsellor
    made: Appointment = AppointmentFactory.create(
        counsellor=counsellor,
        starts_at=at(10, day=NEXT),
        **{name: value() if callable(value) else value for name, value in client.items()},
    )
    ClosureFactory.create(shopfront=made.shopfront, on=NEXT)
    return made


@pytest.mark.parametrize(("client", "instead"), CLIENTS)
def test_before_a_press_the_desk_reads_what_becomes_of_the_client(
    client: dict[str, Any], instead: str
) -> None:
    row, browser = booking(**client), manager()
    [(_time, _conflict, said)] = browser.get(address("cancel_day", NEXT.year, NEXT.month, NEXT.day)).context[
        "rows"
    ]
    assert said == instead
    for page in (address("appointment", row.pk), address("move", row.pk)):
        text = browser.get(page).content.decode()
        assert (READ in text) == (not instead), page
        assert (NOTHING in text) == bool(instead), page


def test_a_day_asks_as_often_for_ten_as_for_one() -> None:
    row, browser = booking(contact=ContactFactory.create), manager()
    page = address("cancel_day", NEXT.year, NEXT.month, NEXT.day)
    one = queries(browser, page)
    for number in range(9):
        contact = ContactFactory.create()
        AppointmentFactory.create(
            counsellor=ShiftFactory.create().counsellor,
            reason=row.reason,
            starts_at=at(8 + number % 8, day=NEXT),
            contact=contact,
        )
    assert queries(browser, page) == one


def test_many_are_judged_as_each_alone() -> None:
    people = [
        Asked(ContactFactory.create()),
        Asked(silent()),
        Asked(None),
        Asked(bounced()),
        Asked(bounced(), is_unproved=True),
        Asked(UserFactory.create()),
        Asked(ContactFactory.create(), ways=frozenset({"sms"})),  # type: ignore[arg-type]  # a Channel is a str
    ]
    each = [
        outlook(kind="counselling.freed", recipient=one.recipient, is_unproved=one.is_unproved, ways=one.ways)
        for one in people
    ]
    assert outlooks("counselling.freed", people) == each
    assert len({one.why for one in each}) == 4


def test_who_did_not_agree_is_not_called_told_when_times_are_freed() -> None:
    agreed = AppointmentFactory.create(starts_at=at(9), origin_key="a", contact=ContactFactory.create())
    AppointmentFactory.create(starts_at=at(10), origin_key="a", contact=silent())
    browser = manager()
    asked = browser.post(address("unproved_free"), {"origin": "a"})
    assert asked.context["told"] == {agreed.pk}
    assert "nu primește mesaj" in asked.content.decode()
    keys = [str(row.pk) for _when, row in asked.context["rows"]]
    page = browser.post(address("unproved_free"), {"key": keys, "sure": "1"}, follow=True)
    assert page.context["told"] == {agreed.pk}
    assert "1 persoană este anunțată" in page.content.decode().replace("\u00a0", " ")
    assert timezone.now() >= Notification.objects.get(contact=agreed.contact).created_at
