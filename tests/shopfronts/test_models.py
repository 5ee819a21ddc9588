"""Every rule that the database holds about counters: the row it refuses and its neighbour that it admits."""

from __future__ import annotations

import datetime as dt
import importlib
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from services.models import ImportedRecord
from shopfronts.models import Closure, OpeningHours, ShopFront
from tests.factories.services import LocalityFactory
from tests.factories.shopfronts import ClosureFactory, ShopFrontFactory

pytestmark = pytest.mark.django_db
MAY = dt.date(2027, 5, 1)


def refuses(constraint: str, factory: Any, **values: Any) -> None:
    """Assert that this very constraint refuses the row."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        factory(**values)


def hours(**values: Any) -> OpeningHours:
    """A Saturday morning, which the factory's week leaves free."""
    opens, closes = dt.time(9), dt.time(12)
    return OpeningHours.objects.create(**{"weekday": 6, "opens": opens, "closes": closes} | values)


@pytest.mark.parametrize(
    ("constraint", "wrong", "right"),
    [
        ("ticket_prefix_form", {"ticket_prefix": ""}, {"ticket_prefix": "X"}),
        ("ticket_prefix_form", {"ticket_prefix": "x"}, {"ticket_prefix": "XYZ"}),
        ("ticket_prefix_form", {"ticket_prefix": "X1"}, {"ticket_prefix": "XY"}),
        ("ticket_prefix_form", {"ticket_prefix": "Ș"}, {"ticket_prefix": "S"}),
        ("wheelchair_access_known", {"wheelchair_access": "ramp"}, {"wheelchair_access": "partial"}),
    ],
)
def test_shopfront_constraint_refuses_and_admits(
    constraint: str, wrong: dict[str, Any], right: dict[str, Any]
) -> None:
    refuses(f"shopfronts_shopfront_{constraint}", ShopFrontFactory.create, **wrong)
    assert ShopFrontFactory.create(**right).pk


def test_letters_of_tickets_are_each_counters_own() -> None:
    ShopFrontFactory.create(ticket_prefix="C")
    refuses("ticket_prefix", ShopFrontFactory.create, slug="other", ticket_prefix="C")
    assert ShopFrontFactory.create(slug="other", ticket_prefix="CA").pk


@pytest.mark.parametrize(
    ("constraint", "wrong", "right"),
    [
        ("opens_first", {"closes": dt.time(9)}, {"closes": dt.time(9, 1)}),
        ("weekday_known", {"weekday": 8}, {"weekday": 7}),
        ("weekday_known", {"weekday": 0}, {"weekday": 7}),
        (
            "validity_order",
            {"valid_from": MAY, "valid_until": MAY - dt.timedelta(days=1)},
            {"valid_from": MAY, "valid_until": MAY},
        ),
    ],
)
def test_hours_constraint_refuses_and_admits(
    constraint: str, wrong: dict[str, Any], right: dict[str, Any]
) -> None:
    shopfront = ShopFrontFactory.create()
    refuses(f"shopfronts_openinghours_{constraint}", hours, shopfront=shopfront, **wrong)
    assert hours(shopfront=shopfront, **right).pk


@pytest.mark.parametrize("limits", [{"valid_from": MAY}, {"valid_until": MAY}, {}])
def test_hours_need_no_dates(limits: dict[str, Any]) -> None:
    assert hours(shopfront=ShopFrontFactory.create(), **limits).pk


@pytest.mark.parametrize("since", [None, MAY])
def test_the_same_beginning_twice_is_refused(since: dt.date | None) -> None:
    shopfront = ShopFrontFactory.create()
    hours(shopfront=shopfront, valid_from=since)
    refuses("start_unique", hours, shopfront=shopfront, valid_from=since, closes=dt.time(13))
    assert hours(shopfront=shopfront, valid_from=MAY + dt.timedelta(days=1)).pk
    assert hours(shopfront=shopfront, valid_from=since, opens=dt.time(10)).pk
    assert hours(shopfront=ShopFrontFactory.create(slug="other"), valid_from=since).pk


def test_a_day_has_one_row_a_counter_and_one_of_all() -> None:
    ClosureFactory.create(on=MAY)
    refuses("closure_day_unique", ClosureFactory.create, on=MAY)
    shopfront = ShopFrontFactory.create()
    ClosureFactory.create(on=MAY, shopfront=shopfront)
    refuses("closure_day_unique", ClosureFactory.create, on=MAY, shopfront=shopfront, is_open=True)
    assert ClosureFactory.create(on=MAY, shopfront=ShopFrontFactory.create(slug="other")).pk


def test_a_closure_comes_from_the_law_or_from_us() -> None:
    refuses("closure_origin_known", ClosureFactory.create, origin="decree")
    assert ClosureFactory.create(origin="holiday").origin == Closure.Origin.HOLIDAY
    assert ClosureFactory.create(on=MAY).origin == Closure.Origin.OWN


def test_numbers_are_dialled_without_what_only_eyes_need() -> None:
    assert ShopFront(phone="+373 (299) 2-11-22").dial == "+37329921122"


migration = importlib.import_module("shopfronts.migrations.0002_calendar_and_facts")


def test_the_migration_gives_the_four_their_letters_and_others_free_ones() -> None:
    district = LocalityFactory.create()
    slugs = ["chisinau", "cahul", "edinet", "ungheni", "comrat", "2"]
    for number, slug in enumerate(slugs):
        ShopFrontFactory.create(slug=slug, locality=district, ticket_prefix="Z" + "QWERTY"[number])
    migration.give_prefixes(apps, None)
    given = dict(ShopFront.objects.values_list("slug", "ticket_prefix"))
    assert given == {
        "cahul": "C",
        "edinet": "E",
        "ungheni": "U",
        "chisinau": "CH",
        "comrat": "CO",
        "2": "AAA",
    }


def test_the_migration_knows_public_holidays_by_the_import() -> None:
    ClosureFactory.create(on=MAY)
    ClosureFactory.create()
    ImportedRecord.objects.create(kind="holidays", key=MAY.isoformat())
    migration.name_origins(apps, None)
    assert list(Closure.objects.values_list("origin", flat=True)) == [
        "own",
        "holiday",
    ]  # in order of the days
