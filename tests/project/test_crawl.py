"""Every address asked by every kind of person as a page, as a part of one and with an empty form: what holds for all answers."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.actions.roles import invite
from accounts.models import Role, User
from counselling import tokens
from counselling.actions import add_device, renew_feed
from counselling.models import Appointment, Device, Offer, WaitingEntry
from counselling.tokens import Purpose
from notifications.models import Contact
from tests.factories import services as make
from tests.factories.accounts import AdministratorFactory, CuratorFactory, RoleFactory, UserFactory, sign_in
from tests.factories.counselling import AppointmentFactory, at
from tests.project import test_matrix, test_matrix_counselling, test_matrix_people
from tests.project.test_matrix_counselling import things  # noqa: F401  # a fixture

pytestmark = pytest.mark.django_db
MARKED = "zmeurica"  # in the handle and the address of everyone who has signed in
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}
REFERRERS = {"strict-origin-when-cross-origin", "same-origin", "no-referrer"}
# What a link's token is for -> the pages that it opens.
OPENED = {
    "view": {"counselling:appointment_view", "counselling:appointment_calendar"},
    "own": {"counselling:appointment_view"},
    "change": {"counselling:appointment_change"},
    "cancel": {"counselling:appointment_cancel"},
    "confirm": {"counselling:appointment_confirm"},
    "take": {"counselling:offer"},
    "leave": {"counselling:waiting_leave"},
    "queue": {"room:place"},
    "kiosk": {
        "room:kiosk",
        "room:kiosk_start",
        "room:kiosk_ticket",
        "room:kiosk_time",
        "room:kiosk_reference",
    },
    "screen": {"room:screen", "room:screen_state"},
    "feed": {"counsellor_feed"},
    "invitation": {"accounts:invitation"},
}
SAYS_NOTHING = {"hooks:unsubscribe"}  # one page for every token, as no button shows whether it fits
STAFF = re.compile(r"^/(?:admin|ro/desk)/")
PEOPLE = re.compile(r"^/(?:admin|ro/(?:account|messages|desk|appointments/mine))/")
HARMLESS = {"accounts:sign_out_everywhere", "account_logout"}  # asked last: they end the session


@dataclass(frozen=True, slots=True)
class Answered:
    """Who asked for what, how, and what came."""

    who: str
    name: str
    how: str
    address: str
    answer: Any  # HttpResponse, with what the test client adds

    def __str__(self) -> str:
        return f"{self.name} {self.how} by {self.who}: {self.answer.status_code}"


def addresses(of: dict[str, list[Any]]) -> dict[str, str]:
    """One of every named address, those that end a session last."""
    found = {name: reverse(name, args=row[0]) for name, row in test_matrix.ROWS.items()}
    found |= {name: test_matrix_people.address_of(name) for name in test_matrix_people.ROWS}
    found |= {name: reverse(name, args=row[0]) for name, row in test_matrix_counselling.OPEN.items()}
    found |= {name: reverse(name, args=of[row[0]]) for name, row in test_matrix_counselling.DESK.items()}
    found["counselling:my_appointments"] = reverse("counselling:my_appointments")
    found["admin:index"] = reverse("admin:index")
    for model in test_matrix.ADMIN:
        found[f"admin:{model}"] = reverse(f"admin:{model}_changelist")
    return dict(sorted(found.items(), key=lambda item: item[0] in HARMLESS))


def people() -> dict[str, Client]:
    """A browser of each kind of person; "bare" is staff that has shown no second factor."""
    make.ServiceFactory.create(key="pension-italy")
    make.CountryFactory.create()
    make.JourneyFactory.create(key="pension")
    persons: dict[str, User | None] = {
        "visitor": None,
        "member": UserFactory.create(handle=f"{MARKED}_member"),
        "curator": CuratorFactory.create(handle=f"{MARKED}_curator"),
        "manager": RoleFactory.create(role=Role.MANAGER, handle=f"{MARKED}_manager"),
        "bare curator": CuratorFactory.create(handle=f"{MARKED}_bare_c"),
        "bare manager": RoleFactory.create(role=Role.MANAGER, handle=f"{MARKED}_bare_m"),
        "bare administrator": AdministratorFactory.create(handle=f"{MARKED}_bare_a"),
    }
    browsers = {}
    for who, person in persons.items():
        browsers[who] = Client(raise_request_exception=False)
        if person is not None:
            sign_in(browsers[who], person, second_factor=not who.startswith("bare"))
    return browsers


def crawl(of: dict[str, list[Any]]) -> Iterator[tuple[Answered, Answered, Answered]]:
    """Every address by everybody: as a page, as a part of one, with an empty form."""
    browsers = people()
    for name, address in addresses(of).items():
        for who, browser in browsers.items():
            if who.startswith("bare") and not STAFF.match(address):
                continue
            yield (
                Answered(who, name, "page", address, browser.get(address)),
                Answered(who, name, "part", address, browser.get(address, headers={"hx-request": "true"})),
                Answered(who, name, "form", address, browser.post(address)),
            )


def faults(asked: Answered) -> Iterator[str]:
    """What no answer may be."""
    answer: HttpResponse = asked.answer
    headers = answer.headers
    if answer.status_code >= 500 and asked.name != "health:ready":
        yield "an error"
    yield from (f"without {name}" for name, value in HEADERS.items() if headers.get(name) != value)
    if headers.get("Referrer-Policy") not in REFERRERS:
        yield "without Referrer-Policy"
    if "geolocation=()" not in headers.get("Permissions-Policy", ""):
        yield "without Permissions-Policy"
    policy = headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "frame-ancestors 'none'" not in policy:
        yield "without Content-Security-Policy"
    if "unsafe" in policy and not asked.address.startswith("/admin/"):
        yield "an unsafe Content-Security-Policy"
    is_kept = "no-store" not in headers.get("Cache-Control", "")
    if is_kept and PEOPLE.match(asked.address):
        yield "a page of people that may be kept"
    body = b"" if answer.streaming else answer.content
    if is_kept and (answer.cookies or b"csrfmiddlewaretoken" in body or MARKED.encode() in body):
        yield "a kept answer with a cookie, a token or a name"


def wrong_for(page: Answered, part: Answered, form: Answered) -> Iterator[str]:
    """What an answer may not be beside the others, and for who has no right to it."""
    if page.answer.status_code >= 300 and part.answer.status_code == 200 and part.answer.content:
        yield f"{part}, but the page {page.answer.status_code}"
    if not STAFF.match(page.address):
        return
    for asked in (page, part, form):
        if page.who in ("visitor", "member") and asked.answer.status_code < 300 and asked.answer.content:
            yield f"{asked} is open"
        elif page.who.startswith("bare") and _has_a_role_for(page) and not _leads_to_second_factor(asked):
            yield f"{asked} without a second factor"


def _has_a_role_for(page: Answered) -> bool:
    return (page.who == "bare manager") is page.name.startswith("desk:")


def _leads_to_second_factor(asked: Answered) -> bool:
    answer = asked.answer
    if answer.status_code == 405:  # asked with the other verb
        return True
    if asked.how == "part" and answer.status_code == 200:  # the whole page is asked for, and goes there
        return not answer.content and answer.headers.get("HX-Refresh") == "true"
    return answer.status_code == 302 and answer.url == reverse("accounts:second_factor_needed")


def test_what_holds_for_every_answer(things: dict[str, list[Any]]) -> None:  # noqa: F811
    """Headers, no error, nothing of a person in what may be kept, nothing for who may not have it."""
    found, count = [], 0
    for page, part, form in crawl(things):
        for asked in (page, part, form):
            found += [f"{asked}: {fault}" for fault in faults(asked)]
            count += 1
        found += wrong_for(page, part, form)
    assert not found, "\n".join(found)
    assert count > 2000, count


def named_by_a_token(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Every named route whose address is a token, and nothing else that varies."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            namespace = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from named_by_a_token(pattern, prefix + namespace)
        elif pattern.name and set(pattern.pattern.converters) == {"token"}:
            yield prefix + pattern.name


def good_tokens(of: dict[str, list[Any]]) -> dict[str, str]:
    """One of each kind, good now."""
    booked = Appointment.objects.get(pk=of["appointment"][0])
    entry = WaitingEntry.objects.create(
        reason=booked.reason,
        language="ro",
        mode=booked.mode,
        weekdays=[1],
        until_on=booked.starts_at.date(),
        contact=Contact.objects.create(email="nina@example.com"),
        name="Nina",
        person_key="nina",
    )
    hold = AppointmentFactory.create(held=True, starts_at=at(12), counsellor=booked.counsellor)
    offer = Offer.objects.create(
        entry=entry, hold=hold, starts_at=at(12), expires_at=timezone.now() + dt.timedelta(hours=1)
    )
    pointed = {"take": offer.pk, "leave": entry.pk, "queue": of["walk_in"][0]}
    chief = AdministratorFactory.create()
    found = {
        purpose.value: tokens.make(purpose, pointed.get(purpose, booked.booking_id), booked.sequence)
        for purpose in Purpose
    }
    for kind in (Device.Kind.KIOSK, Device.Kind.SCREEN):
        found[kind.value] = add_device(shopfront=booked.shopfront, kind=kind, label="x", by=chief)[1]
    found["feed"] = renew_feed(counsellor=booked.counsellor)
    found["invitation"] = invite(
        email="ion@example.com", role=Role.CURATOR, scopes={}, language="ro", reason="test", by=chief
    )[1]
    return found


def test_a_token_opens_the_pages_of_its_kind_alone(things: dict[str, list[Any]], client: Client) -> None:  # noqa: F811
    """Not those of another kind, and none once it is cut or altered, whether read or pressed."""
    names = set(named_by_a_token(get_resolver())) - SAYS_NOTHING
    good = good_tokens(things)
    assert set(good) == set(OPENED)
    for kind, token in good.items():
        opened = {
            name for name in names if client.get(reverse(name, args=[token])).status_code not in (404, 405)
        }
        assert opened == OPENED[kind], kind
        for bad in (token[:-1], f"{token}A", f"{'B' if token[0] == 'A' else 'A'}{token[1:]}"):
            for name in names:
                address = reverse(name, args=[bad])
                assert client.get(address).status_code in (404, 405), (kind, name)
                assert client.post(address).status_code in (404, 405), (kind, name)
