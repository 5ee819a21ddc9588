"""/.well-known/security.txt: whom to tell, and for how long that is true."""

from __future__ import annotations

import datetime as dt
from typing import Any

import time_machine
from django.test import Client

ADDRESS = "/.well-known/security.txt"


@time_machine.travel(dt.datetime(2027, 1, 1, 12, tzinfo=dt.UTC), tick=False)
def test_the_operator_is_named_with_an_end_within_a_year(settings: Any) -> None:
    settings.SECURITY_CONTACT = "mailto:security@nexus.example"
    answer = Client().get(ADDRESS)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text.splitlines() == [
        "Contact: mailto:security@nexus.example",
        "Expires: 2027-01-31T12:00:00Z",
        "Preferred-Languages: ro, ru, en",
        f"Canonical: {settings.BASE_URL}{ADDRESS}",
    ]


def test_without_a_contact_there_is_none(settings: Any) -> None:
    settings.SECURITY_CONTACT = ""
    assert Client().get(ADDRESS).status_code == 404
