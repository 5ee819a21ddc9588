"""Messages and what people want of them."""

from __future__ import annotations

import datetime as dt
import uuid

import factory
from django.utils import timezone

from notifications.models import (
    Contact,
    Delivery,
    Notification,
    Preference,
    ProviderEvent,
    PushSubscription,
    Schedule,
    Suppression,
)
from tests.factories.accounts import UserFactory


class ContactFactory(factory.django.DjangoModelFactory[Contact]):
    """Someone without an account who agreed to mails."""

    class Meta:
        model = Contact

    email = factory.Sequence(lambda n: f"contact{n}@example.com")
    language = "ro"
    consented_at = factory.LazyFunction(timezone.now)


class NotificationFactory(factory.django.DjangoModelFactory[Notification]):
    """Something that a person should know; its kind is one of the tests'."""

    class Meta:
        model = Notification

    kind = "tests.news"
    category = "appointments"
    user = factory.SubFactory(UserFactory)
    context = factory.LazyFunction(lambda: {"topic": "Cahul"})
    dedupe_key = factory.Sequence(lambda n: f"news:{n}")


class DeliveryFactory(factory.django.DjangoModelFactory[Delivery]):
    """A mail that is due."""

    class Meta:
        model = Delivery

    class Params:
        in_hand = factory.Trait(
            status="sending",
            claim=factory.LazyFunction(uuid.uuid4),
            claimed_at=factory.LazyFunction(timezone.now),
            attempts=1,
        )
        ended = factory.Trait(status="sent", sent_at=factory.LazyFunction(timezone.now), attempts=1)
        refused = factory.Trait(status="failed", reason="550 no", attempts=1)
        given_up = factory.Trait(status="dead", reason="timed out", attempts=7)

    notification = factory.SubFactory(NotificationFactory)
    channel = "email"
    due_at = factory.LazyFunction(timezone.now)
    not_before = factory.SelfAttribute("due_at")


class PreferenceFactory(factory.django.DjangoModelFactory[Preference]):
    """A wish."""

    class Meta:
        model = Preference

    user = factory.SubFactory(UserFactory)
    category = "appointments"
    channel = "email"
    frequency = "off"


class ScheduleFactory(factory.django.DjangoModelFactory[Schedule]):
    """Quiet nights."""

    class Meta:
        model = Schedule

    user = factory.SubFactory(UserFactory)
    quiet_from = dt.time(22)
    quiet_until = dt.time(7)


class PushSubscriptionFactory(factory.django.DjangoModelFactory[PushSubscription]):
    """A browser, with keys as browsers make them."""

    class Meta:
        model = PushSubscription

    user = factory.SubFactory(UserFactory)
    endpoint = factory.Sequence(lambda n: f"https://push.example/send/{n}")
    p256dh = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
    auth = "tBHItJI5svbpez7KI4CCXg"
    device = "Firefox"


class SuppressionFactory(factory.django.DjangoModelFactory[Suppression]):
    """An address that bounced."""

    class Meta:
        model = Suppression

    channel = "email"
    address = factory.Sequence(lambda n: f"bounced{n}@example.com")
    reason = "bounce"


class ProviderEventFactory(factory.django.DjangoModelFactory[ProviderEvent]):
    """A report."""

    class Meta:
        model = ProviderEvent

    event_id = factory.Sequence(lambda n: f"event-{n}")
    kind = "delivered"
