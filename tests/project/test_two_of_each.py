"""Two web servers and two workers on one database and one queue: nothing happens twice, and nothing is lost."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
from celery import Celery
from django.utils import timezone

from counselling.models import Appointment, Status
from nexus.embedded.children import wait_until
from notifications.models import Delivery
from tests.project.booking_rig import CONTACT, Visitor, office, overlaps, serving, times_path, together
from tests.project.outbox_rig import rig

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 8
PATIENCE = 90  # seconds


def book(visitor: Visitor, sites: list[str], path: str) -> str:
    """Take the last time that nobody took before, and say who comes; each request goes to the other server.

    The last day is whole at any hour of the clock: on a day half taken by strangers the page would ask for a code.
    """
    page = visitor.get(path)
    assert page.slots, (page.status, page.text)
    slots = page.slots
    for _try in range(PEOPLE):
        visitor.site = sites[(sites.index(visitor.site) + 1) % 2]
        answer = visitor.post(path.partition("?")[0], slot=slots[-1])
        if answer.status == 303:
            break
        assert (answer.status, bool(answer.slots)) == (409, True), answer.text
        slots = answer.slots
    visitor.site = sites[(sites.index(visitor.site) + 1) % 2]
    page = visitor.get(CONTACT)
    held = re.search(r'name="hold" value="([^"]+)"', page.text)
    assert held, (answer.location, page.text)
    who = {
        "name": f"Nina {visitor.number}",
        "contact": f"nina{visitor.number}@example.com",
        "hold": held[1],
    }
    visitor.site = sites[(sites.index(visitor.site) + 1) % 2]
    return visitor.post(CONTACT, **who, wants_messages="on").location


def waiting() -> int:
    """Mails that should be out by now and are not."""
    due = Delivery.objects.filter(channel="email", due_at__lte=timezone.now())
    return due.exclude(status=Delivery.Status.SENT).count()


def test_two_web_servers_and_two_workers_do_nothing_twice_and_lose_nothing(tmp_path: Path) -> None:
    reason, _people = office(4)
    with ExitStack() as stack:
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
        sites = [stack.enter_context(serving(tmp_path / name, "all")) for name in ("one", "two")]
        people = [Visitor(sites[number % 2], number) for number in range(PEOPLE)]
        places = together(*(lambda one=one: book(one, sites, times_path(reason)) for one in people))
        assert [place for place in places if isinstance(place, Exception)] == []
        assert [str(place)[:22] for place in places] == ["/ro/appointments/view/"] * PEOPLE
        assert {visitor.site for visitor in people} == set(sites)
    names = Appointment.objects.filter(status=Status.BOOKED).values_list("name", flat=True)
    assert Counter(names) == Counter(f"Nina {number}" for number in range(PEOPLE))
    assert overlaps() == 0
    planned = waiting()
    assert planned >= PEOPLE  # each got a confirmation
    with rig(tmp_path) as outside, Celery("beat", broker=f"{outside.broker.url}/0") as beat:
        beat.conf.task_routes = {"notifications.tasks.*": {"queue": "deliveries"}}
        for _number in range(2):
            outside.start_worker()
        for row in Delivery.objects.filter(channel="email", due_at__lte=timezone.now()):
            for _number in range(2):  # every hint comes twice, as after a lost acknowledgement
                beat.send_task("notifications.tasks.deliver", (str(row.pk),))
        beat.send_task("notifications.tasks.deliver_due")
        assert wait_until(lambda: waiting() == 0, PATIENCE)
        beat.close()
        came = Counter(outside.mail.seen)
    assert sum(came.values()) == len(came) == planned
