"""What people do in the waiting room."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.test import Client
from django.urls import reverse

from counselling import actions, tokens
from counselling.actors import Actor
from counselling.models import Appointment
from counselling.tokens import Purpose
from shopfronts.models import ShopFront
from tests.factories.counselling import (
    MONDAY,
    CounsellorFactory,
)

SUNDAY = MONDAY - dt.timedelta(days=1)
STRANGE = "x" * 32  # a token that nobody was given
KIOSK_PAGES = ["kiosk", "kiosk_start", "kiosk_ticket", "kiosk_time", "kiosk_reference"]


def address(name: str, *arguments: Any, language: str = "ro") -> str:
    """A route of the room in a language."""
    return f"/{language}{reverse(f'room:{name}', args=arguments)[3:]}"


def take(
    client: Client, kiosk: str, key: uuid.UUID | None = None, language: str = "ro", **fields: Any
) -> Any:
    """Tap a reason."""
    data = {"ticket_id": key or uuid.uuid4(), "reason": "pensions"} | fields
    return client.post(address("kiosk_ticket", kiosk, language=language), data)


def number(client: Client, answer: Any) -> str:
    """The number on the page to which an answer leads."""
    assert answer.status_code == 303, answer.content.decode()
    page = client.get(answer["Location"]).content.decode()
    return page.split('class="number__ticket">')[1].split("<")[0]


def place_of(ticket: Appointment, number: int = 0) -> str:
    """The token of a ticket's place."""
    return tokens.make(Purpose.QUEUE, ticket.pk, number)


def call(place: ShopFront, desk: str = "2", **fields: Any) -> Appointment:
    """Let some counsellor call the next."""
    counsellor = CounsellorFactory.create(**fields)
    called = actions.call_next(
        shopfront=place, counsellor=counsellor, desk=desk, by=Actor.staff(counsellor.user)
    )
    assert called is not None
    return called
