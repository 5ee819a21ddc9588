"""What stands beside a service on its page."""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.details import CANDIDATES, details_of
from services.models import CostOption, ServiceAtLocation
from tests.factories.services import (
    CategoryFactory,
    LocationFactory,
    PhoneFactory,
    ProviderFactory,
    ServiceFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


def test_neighbours_come_as_objects_in_their_order() -> None:
    service = ServiceFactory.create()
    PhoneFactory.create(provider=service.provider, position=2, number="+37322257825")
    PhoneFactory.create(provider=service.provider, position=1, number="+37380077777")
    PhoneFactory.create(provider=None, service=service, position=9, number="+37380088008")
    CostOption.objects.create(service=service, position=1, amount=Decimal("0.10"), currency="EUR")
    location = LocationFactory.create(provider=service.provider)
    ServiceAtLocation.objects.create(service=service, location=location)
    beside = details_of(service)
    shown = [phone.shown for phone in beside.phones]  # its own before its provider's
    assert shown == ["0 8008 8008", "0 800 77777", "+373 22 257 825"]
    assert beside.phones[1].url == service.provider.phones.get(position=1).url
    assert [cost.amount for cost in beside.costs] == [Decimal("0.10")]
    assert [place.address for place in beside.locations] == [location.address]
    assert beside.locations[0].locality.name == location.locality.name


def test_the_nearest_are_of_the_same_topic_then_of_the_same_provider() -> None:
    service = ServiceFactory.create()
    other_topic = CategoryFactory.create(key="ss_other")
    elsewhere = ProviderFactory.create(key="elsewhere")
    of_provider = ServiceFactory.create(key="a-provider", category=other_topic)
    of_topic = ServiceFactory.create(key="b-topic", provider=elsewhere)
    of_both = ServiceFactory.create(key="c-both")
    ServiceFactory.create(key="d-neither", category=other_topic, provider=elsewhere)
    ServiceFactory.create(key="e-hidden", status="draft")
    near = details_of(service).related
    assert near == [of_both, of_topic, of_provider]
    assert [(each.name, each.provider.name) for each in near] == [
        (each.name, each.provider.name) for each in (of_both, of_topic, of_provider)
    ]


def test_only_a_bounded_few_are_compared() -> None:
    service = ServiceFactory.create(key="zz")
    ServiceFactory.create_batch(CANDIDATES)
    last = ServiceFactory.create(key="zzz")
    assert last not in details_of(service).related
