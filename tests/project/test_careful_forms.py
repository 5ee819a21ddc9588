"""Two people save one record, a constraint refuses a value, a curator deletes, somebody asks a list for a secret."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import Role
from common.careful_admin import CarefulAdmin
from common.careful_forms import CarefulForm, columns_of, sentence_for
from counselling.forms.roster import CounsellorForm, ShiftForm
from services.models import ListingReport, Service
from tests.counselling.desk import browser_of
from tests.factories import services as make
from tests.factories.accounts import AdministratorFactory, CuratorFactory, RoleFactory
from tests.factories.counselling import CounsellorFactory, ShiftFactory

pytestmark = pytest.mark.django_db
HIDDEN = re.compile(r'<input type="hidden" name="seen" value="([^"]+)"')
EDITED_AT_THE_DESK = [ShiftForm, CounsellorForm]


def fields_of(answer: Any) -> dict[str, Any]:
    """What a browser would post of an administration's form as it stands."""
    form = answer.context["adminform"].form
    data: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        data[bound.html_name] = "" if value is None or value is False else value
    data = {name: value for name, value in data.items() if not (value == "" and name.startswith("is_"))}
    for formset in answer.context["inline_admin_formsets"]:
        for bound in formset.formset.management_form:
            data[bound.html_name] = bound.value()
        for one in formset.formset.initial_forms:
            data |= {bound.html_name: "" if bound.value() is None else bound.value() for bound in one}
    return data


def test_every_form_of_the_administration_and_of_the_desk_is_careful() -> None:
    request = RequestFactory().get("/admin/")
    request.user = AdministratorFactory.create()
    for model, its_admin in admin.site._registry.items():
        assert isinstance(its_admin, CarefulAdmin), model
        assert its_admin.change_form_template == "admin/careful_change_form.html", model
        form = its_admin.get_form(request, model(), change=True)
        assert issubclass(form, CarefulForm), model
    assert all(issubclass(form, CarefulForm) for form in EDITED_AT_THE_DESK)


def test_of_two_curators_the_second_is_told_and_sees_both() -> None:
    service = make.ServiceFactory.create(key="pension-italy")
    address = reverse("admin:services_service_change", args=[service.pk])
    ion, ana = browser_of(CuratorFactory.create()), browser_of(CuratorFactory.create())
    opened_by_both = ion.get(address)
    assert HIDDEN.search(opened_by_both.text)
    form = fields_of(opened_by_both)
    assert ion.post(address, form | {"name_ro": "Pensia din Italia"}).status_code == 302
    told = ana.post(address, form | {"summary_ro": "Altfel"})
    assert told.status_code == 200
    service.refresh_from_db()
    assert (service.name_ro, service.summary_ro) == ("Pensia din Italia", form["summary_ro"])
    assert "Pensia din Italia" in told.text
    assert form["name_ro"] in told.text
    mark = told.context["adminform"].form["seen"].value()
    assert ana.post(address, form | {"summary_ro": "Altfel", "seen": mark}).status_code == 302
    service.refresh_from_db()
    assert (service.name_ro, service.summary_ro) == (form["name_ro"], "Altfel")


def test_the_rows_beside_a_record_are_watched_too() -> None:
    service = make.ServiceFactory.create(key="pension-italy")
    cost = make.CostOptionFactory.create(service=service)
    address = reverse("admin:services_service_change", args=[service.pk])
    browser = browser_of(CuratorFactory.create())
    form = fields_of(browser.get(address))
    type(cost).objects.filter(pk=cost.pk).update(amount="99.00")
    assert browser.post(address, form).status_code == 200
    cost.refresh_from_db()
    assert str(cost.amount) == "99.00"


def test_of_two_managers_the_second_is_told_and_sees_both() -> None:
    shift = ShiftFactory.create()
    boss = browser_of(RoleFactory.create(role=Role.MANAGER))
    address = reverse("desk:shift", args=[shift.pk])
    page = boss.get(address)
    form = {bound.html_name: bound.value() for bound in page.context["form"] if bound.value() is not None}
    assert "seen" in form
    type(shift).objects.filter(pk=shift.pk).update(weekday=2)
    told = boss.post(address, form | {"ends": "11:30"})
    assert told.status_code == 422
    shift.refresh_from_db()
    assert (shift.weekday, f"{shift.ends:%H:%M}") == (2, "12:00")
    mark = told.context["form"]["seen"].value()
    assert boss.post(address, form | {"ends": "11:30", "seen": mark}).status_code == 303
    shift.refresh_from_db()
    assert (shift.weekday, f"{shift.ends:%H:%M}") == (1, "11:30")


def test_an_empty_name_of_what_is_shown_is_told_at_its_field() -> None:
    service = make.ServiceFactory.create(key="pension-italy")
    address = reverse("admin:services_service_change", args=[service.pk])
    browser = browser_of(CuratorFactory.create())
    answer = browser.post(address, fields_of(browser.get(address)) | {"name_ru": ""})
    errors = answer.context["adminform"].form.errors
    assert list(errors) == ["name_ru"], errors
    assert "trei limbi" in errors["name_ru"][0]
    assert "services_service_published" not in answer.text


def test_a_refused_row_beside_a_record_is_told_at_its_field() -> None:
    service = make.ServiceFactory.create(key="pension-italy")
    cost = make.CostOptionFactory.create(service=service)
    address = reverse("admin:services_service_change", args=[service.pk])
    browser = browser_of(CuratorFactory.create())
    form = fields_of(browser.get(address))
    prefix = next(name for name in form if name.endswith("-0-amount")).removesuffix("amount")
    answer = browser.post(address, form | {f"{prefix}amount": "-1"})
    assert answer.status_code == 200
    assert "services_costoption" not in answer.text
    cost.refresh_from_db()
    assert cost.amount > 0


def test_every_constraint_of_an_editable_record_has_columns_and_a_sentence() -> None:
    edited = [*admin.site._registry, *(form._meta.model for form in EDITED_AT_THE_DESK)]
    for model in edited:
        for constraint in model._meta.constraints:
            assert columns_of(constraint) or getattr(constraint, "expressions", ()), constraint.name
            assert constraint.name not in str(sentence_for(constraint.name))


def test_deleting_is_for_administrators_and_takes_nothing_unseen_along() -> None:
    service = make.ServiceFactory.create(key="pension-italy")
    cost = make.CostOptionFactory.create(service=service)
    address = reverse("admin:services_service_delete", args=[service.pk])
    assert browser_of(CuratorFactory.create()).get(address).status_code == 403
    listed = browser_of(CuratorFactory.create()).get(reverse("admin:services_service_changelist"))
    assert "delete_selected" not in listed.text
    chief = browser_of(AdministratorFactory.create())
    report = ListingReport.objects.create(service=service, kind="cost", text="x", language="ro")
    assert str(report) in chief.get(address).text
    assert chief.post(address, {"post": "yes"}).status_code in (200, 403)
    assert Service.objects.filter(pk=service.pk).exists()
    report.delete()
    assert chief.post(address, {"post": "yes"}).status_code == 302
    assert not type(cost).objects.filter(pk=cost.pk).exists()


def test_no_list_answers_what_it_does_not_show() -> None:
    CounsellorFactory.create()
    chief = browser_of(AdministratorFactory.create())
    nasty = {
        "accounts_user": [
            "password__startswith",
            "password__regex",
            "handle__startswith",
            "phone__contains",
            "legal_name__gte",
        ],
        "accounts_rolegrant": ["user__password__startswith", "user__handle__startswith"],
        "accounts_auditentry": ["subject__password__contains", "actor__handle"],
        "accounts_roleinvitation": ["token_hash__startswith"],
        "counselling_counsellor": [
            "feed_token_hash__startswith",
            "user__password__startswith",
            "user__handle",
        ],
        "notifications_delivery": ["notification__context__contains", "notification__user__email"],
        "notifications_notification": ["context__contains", "user__password__startswith", "user__handle"],
        "services_listingreport": ["settled_by__password__startswith"],
        "services_service": ["verified_by__password__startswith"],
    }
    for model, lookups in nasty.items():
        for lookup in lookups:
            answer = chief.get(reverse(f"admin:{model}_changelist"), {lookup: "a"})
            assert answer.status_code in (302, 400), (model, lookup)
            assert answer.status_code == 400 or "e=1" in answer.url, (model, lookup)


def test_every_filter_of_every_list_still_works() -> None:
    make.ServiceFactory.create()
    ShiftFactory.create()
    chief = browser_of(AdministratorFactory.create())
    followed = 0
    for model in admin.site._registry:
        address = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")
        changes = chief.get(address).context["cl"]
        for spec in changes.filter_specs:
            for choice in list(spec.choices(changes))[1:3]:
                assert chief.get(f"{address}{choice['query_string']}").status_code == 200, (model, choice)
                followed += 1
    assert followed > 20


def test_no_screen_of_the_administration_shows_a_handle() -> None:
    CounsellorFactory.create(user__handle="Dor-de-casa", user__email="ana@example.com")
    chief = browser_of(AdministratorFactory.create())
    for model in admin.site._registry:
        name = model._meta.label_lower.replace(".", "_")
        rows = model._default_manager.all()[:3]
        pages = [f"admin:{name}_changelist", f"admin:{name}_add"]
        answers = [chief.get(reverse(page)) for page in pages]
        answers += [chief.get(reverse(f"admin:{name}_change", args=[row.pk])) for row in rows]
        assert not any("Dor-de-casa" in answer.text for answer in answers), name
