"""The privacy page says what the purges do."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from common import retention
from common.spaces import unbroken
from portal import periods

pytestmark = pytest.mark.django_db


def test_every_period_is_told_and_only_those() -> None:
    known = {value for value in vars(retention).values() if isinstance(value, dt.timedelta)}
    assert {period for _what, period in periods.PERIODS} == known


@pytest.mark.parametrize(
    ("language", "days"), [("ro", "180 de zile"), ("ru", "180 дней"), ("en", "180 days")]
)
def test_the_page_shows_them(client: Client, language: str, days: str) -> None:
    page = client.get(f"/{language}/privacy/").content.decode()
    assert page.count(unbroken(days)) == 5
