"""The administration of the outbox."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from notifications.models import Suppression
from tests.factories.accounts import AdministratorFactory, sign_in
from tests.factories.notifications import DeliveryFactory, NotificationFactory, SuppressionFactory

pytestmark = pytest.mark.django_db
LIST = "admin:notifications_delivery_changelist"


@pytest.fixture
def administrator(client: Client) -> User:
    """Someone who may do everything here, signed in."""
    user: User = AdministratorFactory.create()
    sign_in(client, user)
    return user


def send_again(client: Client, *rows: Any) -> Any:
    """Choose rows and press the button."""
    chosen = {"action": "send_again", "_selected_action": [str(row.pk) for row in rows]}
    return client.post(reverse(LIST), chosen, follow=True)


def test_messages_are_listed_by_state_without_their_contents(client: Client, administrator: User) -> None:
    DeliveryFactory(given_up=True, notification__context={"topic": "private words"})
    DeliveryFactory(ended=True)
    page = client.get(reverse(LIST), {"status__exact": "dead"})
    assert page.status_code == 200
    assert page.context["cl"].result_count == 1
    assert b"private words" not in page.content
    row = page.context["cl"].result_list[0]
    detail = client.get(reverse("admin:notifications_delivery_change", args=[row.pk]))
    assert detail.status_code == 200
    assert b"private words" not in detail.content


def test_list_takes_the_same_number_of_queries_for_one_and_for_ten(
    client: Client, administrator: User, django_assert_max_num_queries: Any
) -> None:
    DeliveryFactory(given_up=True)
    client.get(reverse(LIST))
    with django_assert_max_num_queries(100) as first:
        client.get(reverse(LIST))
    for _number in range(9):
        DeliveryFactory(given_up=True)
    with django_assert_max_num_queries(len(first)):
        client.get(reverse(LIST))


def test_given_up_and_refused_ones_are_sent_again_and_others_not(client: Client, administrator: User) -> None:
    rows = [
        DeliveryFactory(given_up=True),
        DeliveryFactory(refused=True),
        DeliveryFactory(ended=True),
        DeliveryFactory(refused=True, notification__kind="tests.code"),
    ]
    assert send_again(client, *rows).status_code == 200
    for row in rows:
        row.refresh_from_db()
    assert [row.status for row in rows] == ["planned", "planned", "sent", "failed"]
    assert administrator.handle in rows[0].reason


def test_nothing_can_be_typed_over(client: Client, administrator: User) -> None:
    row = DeliveryFactory(given_up=True)
    for model, pk in (("delivery", row.pk), ("notification", row.notification.pk)):
        assert client.get(reverse(f"admin:notifications_{model}_add")).status_code == 403
        change = reverse(f"admin:notifications_{model}_change", args=[pk])
        assert client.post(change, {"status": "sent"}).status_code == 403
        assert client.get(reverse(f"admin:notifications_{model}_delete", args=[pk])).status_code == 403
    row.refresh_from_db()
    assert row.status == "dead"


def test_notifications_are_shown_without_their_contents(client: Client, administrator: User) -> None:
    told = NotificationFactory(context={"topic": "private words"})
    for page in (
        client.get(reverse("admin:notifications_notification_changelist")),
        client.get(reverse("admin:notifications_notification_change", args=[told.pk])),
    ):
        assert page.status_code == 200
        assert b"private words" not in page.content


def test_address_is_suppressed_and_released(client: Client, administrator: User) -> None:
    add = reverse("admin:notifications_suppression_add")
    client.post(
        add, {"channel": "email", "address": "Ana@Example.com", "reason": "manual", "detail": "asked"}
    )
    row = Suppression.objects.get()
    assert row.address == "ana@example.com"
    client.post(reverse("admin:notifications_suppression_delete", args=[row.pk]), {"post": "yes"})
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("channel", ["push", "pigeon"])
def test_only_addresses_are_suppressed(channel: str, client: Client, administrator: User) -> None:
    add = reverse("admin:notifications_suppression_add")
    page = client.post(add, {"channel": channel, "address": "x", "reason": "manual"})
    assert page.status_code == 200
    assert page.context["adminform"].errors
    assert not Suppression.objects.exists()


def test_several_addresses_are_released_at_once(client: Client, administrator: User) -> None:
    rows = [SuppressionFactory(), SuppressionFactory()]
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in rows], "post": "yes"}
    client.post(reverse("admin:notifications_suppression_changelist"), chosen)
    assert not Suppression.objects.exists()


def test_administration_is_not_for_people_without_the_right(client: Client) -> None:
    sign_in(client, AdministratorFactory.create(is_superuser=False))
    assert client.get(reverse(LIST)).status_code == 403
