"""A tablet, a screen, and the clock at nine on a quiet Monday."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from accounts.models import User
from counselling import actions
from counselling.models import Device, Reason
from shopfronts.models import ShopFront
from tests.factories.accounts import UserFactory
from tests.factories.counselling import (
    ReasonFactory,
    at,
    shopfront,
)


@pytest.fixture
def clock() -> Iterator[Any]:
    """Monday, nine o'clock at the shop-front; it moves only when told."""
    with time_machine.travel(at(9), tick=False) as traveller:
        yield traveller


@pytest.fixture
def place(clock: Any) -> ShopFront:
    """Cahul."""
    return shopfront()


@pytest.fixture
def manager(clock: Any) -> User:
    """Who puts devices up."""
    return UserFactory.create()


@pytest.fixture
def kiosk(place: ShopFront, manager: User) -> str:
    """The token of a tablet."""
    return actions.add_device(shopfront=place, kind=Device.Kind.KIOSK, label="door", by=manager)[1]


@pytest.fixture
def screen(place: ShopFront, manager: User) -> str:
    """The token of a screen."""
    return actions.add_device(shopfront=place, kind=Device.Kind.SCREEN, label="wall", by=manager)[1]


@pytest.fixture
def reason(clock: Any) -> Reason:
    """Pensions."""
    return ReasonFactory.create(key="pensions")
