"""Every rule that the database holds: the row it refuses and its neighbour that it admits."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from services.models import Category, Country, ListingReport, Locality, Phone, Provider, Service
from tests.factories import services as make

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


def refuses(constraint: str, **changes: Any) -> None:
    """Assert that a service with these changes is refused by this very constraint."""
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make.ServiceFactory.create(**changes)


@pytest.mark.parametrize(
    ("constraint", "wrong", "right"),
    [
        ("services_service_phases_known", {"phases": ["elsewhere"]}, {"phases": ["abroad", "return"]}),
        ("services_service_phases_known", {"phases": []}, {"phases": ["return"]}),
        ("services_service_audiences_known", {"audiences": ["everyone"]}, {"audiences": ["children"]}),
        ("services_service_modes_known", {"modes": ["fax"]}, {"modes": ["phone"]}),
        ("services_service_cost_type_known", {"cost_type": "cheap"}, {"cost_type": "mixed"}),
        ("services_service_status_known", {"status": "hidden"}, {"status": "archived"}),
        ("services_service_source_date_form", {"source_date": "mai 2024"}, {"source_date": "2024-05"}),
        (
            "services_service_documents_same_length",
            {"documents_ru": ["один"]},
            {"documents_ru": ["один", "два"]},
        ),
        ("services_service_steps_same_length", {"steps_en": []}, {"steps_en": ["one", "two"]}),
        ("services_service_published_translated", {"name_ru": ""}, {"name_ru": "", "status": "draft"}),
        (
            "services_service_published_translated",
            {"summary_en": None},
            {"summary_en": None, "status": "draft"},
        ),
        ("services_service_published_translated", {"description_ro": " "}, {"description_ro": "Text."}),
    ],
)
def test_service_constraint_refuses_and_admits(
    constraint: str, wrong: dict[str, Any], right: dict[str, Any]
) -> None:
    refuses(constraint, **wrong)
    assert make.ServiceFactory.create(**right).pk


def test_two_services_with_one_key_are_refused() -> None:
    make.ServiceFactory.create(key="passport-md")
    with pytest.raises(IntegrityError, match="key"), transaction.atomic():
        make.ServiceFactory.create(key="passport-md")
    assert make.ServiceFactory.create(key="passport-ro").pk


def test_locality_and_country_codes_have_their_form() -> None:
    with pytest.raises(IntegrityError, match="services_locality_iso_form"), transaction.atomic():
        make.LocalityFactory.create(key="x", iso_3166_2="RO-CA")
    assert make.LocalityFactory.create(key="ungheni", iso_3166_2="MD-UN").pk
    with pytest.raises(IntegrityError, match="services_country_iso2_form"), transaction.atomic():
        Country.objects.create(iso2="it", name_ro="Italia")
    assert Country.objects.create(iso2="DE", name_ro="Germania").pk
    assert Locality.objects.count() == 1


def test_category_is_not_its_own_parent() -> None:
    category = make.CategoryFactory.create()
    with pytest.raises(IntegrityError, match="services_category_not_own_parent"), transaction.atomic():
        Category.objects.filter(pk=category.pk).update(parent=category)
    assert category.parent is not None


def test_provider_sector_is_known() -> None:
    with pytest.raises(IntegrityError, match="services_provider_sector_known"), transaction.atomic():
        Provider.objects.create(key="odd", sector="odd")
    assert Provider.objects.create(key="even", sector="private").pk


@pytest.mark.parametrize(
    ("number", "fine"),
    [("116111", True), ("+37322233309", True), ("022 23-33-09", False), ("call us", False)],
)
def test_phone_number_can_be_dialled(number: str, *, fine: bool) -> None:
    if fine:
        assert make.PhoneFactory.create(number=number).url.removeprefix("tel:").lstrip("+").isdigit()
        return
    with pytest.raises(IntegrityError, match="services_phone_number_form"), transaction.atomic():
        make.PhoneFactory.create(number=number)


def test_a_phone_belongs_to_a_provider_or_to_a_service() -> None:
    service = make.ServiceFactory.create()
    own = Phone.objects.create(service=service, number="+37322240624", rings_from="abroad")
    assert list(service.phones.all()) == [own]
    for owners in ({"provider": None}, {"service": service}):
        with pytest.raises(IntegrityError, match="services_phone_of_one"), transaction.atomic():
            make.PhoneFactory.create(**owners)


@pytest.mark.parametrize("number", ["14909", "+37380088008"])
def test_what_cannot_be_rung_from_abroad_says_so(number: str) -> None:
    with pytest.raises(IntegrityError, match="services_phone_rings_as_it_can"), transaction.atomic():
        make.PhoneFactory.create(number=number, rings_from="anywhere")
    assert make.PhoneFactory.create(number=number).rings_from == "moldova"


def test_numbers_of_addresses_are_counted_by_the_database() -> None:
    service, category = make.ServiceFactory.create(), make.CategoryFactory.create()
    service.refresh_from_db()
    category.refresh_from_db()
    assert service.number != category.number
    assert min(service.number, category.number) > 1000


def test_a_service_is_sensitive_by_its_topic() -> None:
    service = make.ServiceFactory.create()
    service.refresh_from_db()
    assert (service.is_sensitive, service.address_key) == (False, service.key)
    service.category.is_sensitive = True
    assert (service.is_sensitive, service.address_key) == (True, str(service.number))


def test_two_phones_do_not_share_a_place() -> None:
    phone = make.PhoneFactory.create(position=0)
    with pytest.raises(IntegrityError, match="services_phone_position_unique"), transaction.atomic():
        Phone.objects.create(provider=phone.provider, position=0, number="14909", rings_from="moldova")
    assert Phone.objects.create(provider=phone.provider, position=1, number="14909", rings_from="moldova").pk


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("services_costoption_amount_positive", {"amount": "0"}),
        ("services_costoption_currency_form", {"currency": "lei"}),
    ],
)
def test_cost_option_constraint_refuses(constraint: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make.CostOptionFactory.create(**wrong)
    assert make.CostOptionFactory.create(amount="0.01", currency="EUR").pk


def test_a_settled_report_has_its_time() -> None:
    report = ListingReport.objects.create(service=make.ServiceFactory.create(), kind="cost", language="ro")
    rows = ListingReport.objects.filter(pk=report.pk)
    with pytest.raises(IntegrityError, match="services_listingreport_settled_has_time"), transaction.atomic():
        rows.update(status="settled")
    assert rows.update(status="settled", settled_at=timezone.now()) == 1


TODAY = dt.date(2026, 11, 24)


@pytest.mark.parametrize(
    ("changes", "freshness"),
    [
        ({"verified_on": TODAY}, "verified"),
        ({"verified_on": TODAY - dt.timedelta(days=239)}, "verified"),
        ({"verified_on": TODAY - dt.timedelta(days=240)}, "stale"),
        ({"verified_on": None}, "source"),
        ({"verified_on": None, "is_confirmed": False}, "source"),
        ({"verified_on": TODAY, "valid_until": TODAY}, "verified"),
        ({"verified_on": TODAY, "valid_until": TODAY - dt.timedelta(days=1)}, "lapsed"),
    ],
)
def test_freshness_follows_the_day_in_moldova(
    changes: dict[str, Any], freshness: str, time_machine: Any
) -> None:
    time_machine.move_to(dt.datetime(2026, 11, 23, 22, 30, tzinfo=dt.UTC))  # already the 24th in Chișinău
    assert make.ServiceFactory.build(provider=None, category=None, **changes).freshness == freshness


def test_visitors_see_published_services_only_and_curators_all(curator: Any) -> None:
    shown = make.ServiceFactory.create()
    make.ServiceFactory.create(status="suggestion")
    assert list(Service.objects.visible_to(None)) == [shown]
    assert Service.objects.visible_to(curator).count() == 2
