"""The administration of reasons and counsellors."""

from __future__ import annotations

import json
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from common import content_version
from counselling.loading import SHIPPED, load
from counselling.models import Appointment, Counsellor, Reason
from notifications.models import Notification
from tests.factories.accounts import AdministratorFactory, CuratorFactory, RoleFactory, sign_in
from tests.factories.counselling import (
    AppointmentFactory,
    CounsellorFactory,
    ReasonFactory,
    ShiftFactory,
    at,
    shopfront,
)
from tests.factories.services import CategoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator(client: Client) -> Client:
    """A curator's browser."""
    sign_in(client, CuratorFactory.create())
    return client


@pytest.fixture
def administrator(client: Client) -> Client:
    """An administrator's browser."""
    sign_in(client, AdministratorFactory.create())
    return client


def filled(**fields: Any) -> dict[str, Any]:
    """The form of a reason as a browser sends it."""
    texts = {
        f"{name}_{language}": text
        for name, text in {"name": "Pensii", "summary": "Despre pensii.", "bring": "Act\r\nContract"}.items()
        for language in ("ro", "ru", "en")
    }
    rules = {
        "key": "pensions", "duration": 30, "buffer_before": 0, "buffer_after": 10, "notice_hours": 2,
        "horizon_days": 42, "modes": ["in_person", "phone"], "places": 1, "most_open": 2,
        "reminder_hours": "3, 48,3", "is_bookable": "on", "position": 10,
    }  # fmt: skip
    return texts | rules | fields


def faults(client: Client, **fields: Any) -> dict[str, list[str]]:
    """What the form of a new reason answers; nothing may be saved."""
    answer = client.post(reverse("admin:counselling_reason_add"), filled(**fields))
    assert answer.status_code == 200
    assert not Reason.objects.exists()
    return dict(answer.context["adminform"].form.errors)


def test_a_curator_writes_a_reason_and_visitors_see_it(curator: Client) -> None:
    topic = CategoryFactory.create()
    version = content_version.publish()
    answer = curator.post(reverse("admin:counselling_reason_add"), filled(categories=[topic.pk]))
    assert answer.status_code == 302
    reason = Reason.objects.get(key="pensions")
    assert (reason.reminder_hours, reason.modes) == ([48, 3], ["in_person", "phone"])
    assert (reason.name_ru, reason.bring_en) == ("Pensii", "Act\nContract")
    assert list(reason.categories.all()) == [topic]
    assert content_version.publish() > version


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"duration": 4}, "duration"),
        ({"duration": 481}, "duration"),
        ({"buffer_after": 241}, "buffer_after"),
        ({"horizon_days": 0}, "horizon_days"),
        ({"horizon_days": 366}, "horizon_days"),
        ({"places": 0}, "places"),
        ({"most_open": 0}, "most_open"),
        ({"modes": []}, "modes"),
        ({"modes": ["letter"]}, "modes"),
        ({"notice_hours": 48, "horizon_days": 2}, "notice_hours"),
        ({"reminder_hours": "soon"}, "reminder_hours"),
        ({"reminder_hours": "0"}, "reminder_hours"),
        ({"bring_ru": "Документ"}, "bring_ro"),
        ({"name_en": ""}, "name_en"),
        ({"summary_ru": ""}, "summary_ru"),
        ({"key": "Cu spații"}, "key"),
    ],
)
def test_what_visitors_could_not_book_or_read_is_refused(
    curator: Client, fields: dict[str, Any], field: str
) -> None:
    assert list(faults(curator, **fields)) == [field]


def test_a_reason_that_is_not_bookable_yet_may_lack_translations(curator: Client) -> None:
    fields = filled(is_bookable="", summary_ru="", name_en="")
    assert curator.post(reverse("admin:counselling_reason_add"), fields).status_code == 302
    assert not Reason.objects.get().is_bookable


def test_a_save_without_a_change_is_no_edit_to_the_loader(curator: Client) -> None:
    topics = {key for row in json.loads(SHIPPED.read_text(encoding="utf-8")) for key in row["categories"]}
    for key in topics:
        CategoryFactory.create(key=key)
    assert not load().problems
    reason = Reason.objects.get(key="pensions")
    address = reverse("admin:counselling_reason_change", args=[reason.pk])
    form = curator.get(address).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    sent = {name: "" if value is None else value for name, value in values.items()}
    sent |= {name: text.replace("\n", "\r\n") for name, text in sent.items() if name.startswith("bring_")}
    sent |= {"categories": [topic.pk for topic in reason.categories.all()], "reminder_hours": "168,48,3"}
    assert curator.post(address, sent).status_code == 302
    again = load().reports[0]
    assert (again.unchanged, again.kept) == (14, [])


def test_a_reason_keeps_its_key_and_is_never_deleted(curator: Client) -> None:
    reason = ReasonFactory.create(key="pensions")
    change = curator.get(reverse("admin:counselling_reason_change", args=[reason.pk]))
    assert "key" not in change.context["adminform"].form.fields
    assert curator.get(reverse("admin:counselling_reason_delete", args=[reason.pk])).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [reason.pk], "post": "yes"}
    curator.post(reverse("admin:counselling_reason_changelist"), chosen)
    assert Reason.objects.filter(pk=reason.pk).exists()


def test_lists_are_filtered_and_ask_as_much_for_ten_rows_as_for_one(
    administrator: Client, django_assert_num_queries: Any
) -> None:
    ReasonFactory.create(is_bookable=False)
    CounsellorFactory.create()
    lists = [reverse(f"admin:counselling_{model}_changelist") for model in ("reason", "counsellor")]
    for address in lists:
        administrator.get(address)
    with django_assert_num_queries(12):
        for address in lists:
            administrator.get(address)
    ReasonFactory.create_batch(9)
    CounsellorFactory.create_batch(9)
    with django_assert_num_queries(12):
        for address in lists:
            assert administrator.get(address).status_code == 200
    closed = administrator.get(lists[0], {"is_bookable__exact": 0})
    assert closed.context["cl"].result_count == 1


def test_a_curator_sees_reasons_but_neither_counsellors_nor_bookings(curator: Client) -> None:
    assert curator.get(reverse("admin:counselling_reason_changelist")).status_code == 200
    assert curator.get(reverse("admin:counselling_counsellor_changelist")).status_code == 403
    assert not admin.site.is_registered(Appointment)


def test_an_administrator_makes_a_counsellor(administrator: Client) -> None:
    shopfront(languages=["ro", "bg", "tr"])
    person, reason = RoleFactory.create(role=Role.COUNSELLOR), ReasonFactory.create()
    address = reverse("admin:counselling_counsellor_add")
    offered = administrator.get(address).context["adminform"].form.fields["languages"].choices
    assert ("gag", "găgăuză") in offered
    assert [code for code, _name in offered].count("tr") == 1
    sent = {
        "user": person.pk,
        "name": "Ana B.",
        "languages": ["ro", "tr"],
        "reasons": [reason.pk],
        "is_active": "on",
    }
    assert administrator.post(address, sent | {"languages": ["xx"]}).status_code == 200
    assert administrator.post(address, sent | {"languages": []}).status_code == 200
    assert administrator.post(address, sent).status_code == 302
    made = Counsellor.objects.get()
    assert (made.user, made.languages, list(made.reasons.all())) == (person, ["ro", "tr"], [reason])


@time_machine.travel(at(8), tick=False)
def test_managers_hear_of_bookings_with_one_who_no_longer_takes_people(client: Client) -> None:
    sign_in(client, AdministratorFactory.create())
    shift = ShiftFactory.create()
    manager = RoleFactory.create(role=Role.MANAGER)
    AppointmentFactory.create(counsellor=shift.counsellor)
    address = reverse("admin:counselling_counsellor_change", args=[shift.counsellor.pk])
    assert client.post(address, {"name": "Ana", "languages": ["ro", "ru"]}).status_code == 302
    shift.counsellor.refresh_from_db()
    assert (shift.counsellor.is_active, shift.counsellor.name) == (False, "Ana")
    assert Notification.objects.filter(kind="counselling.conflicts", user=manager).count() == 1
