"""Everything about me, and erasing me: through the registry that each app fills."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions, archive, personal_data
from accounts.models import AuditEntry, Consent, DataExport, Role, RoleGrant, User
from tests.accounts.conftest import Told
from tests.factories.accounts import AdministratorFactory, UserFactory, sign_in

pytestmark = pytest.mark.django_db
EMPTY_OF_PEOPLE = {
    "accounts.User_groups",
    "accounts.User_user_permissions",
}  # emptied with the account's own row


def people_of(model: type[models.Model]) -> list[str]:
    """Fields of a model that point to a person, with or without an account."""
    targets = {"accounts.User", "notifications.Contact"}
    return [
        field.name
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.OneToOneField)
        and field.related_model._meta.label in targets  # type: ignore[union-attr]  # models are loaded
    ]


def test_every_model_that_points_to_a_person_is_named_for_export_and_erasure() -> None:
    pointing = {model for model in apps.get_models(include_auto_created=True) if people_of(model)}
    named = {part.model for part in personal_data.parts()}
    forgotten = {model._meta.label for model in pointing - named} - EMPTY_OF_PEOPLE
    assert len(pointing) > 12
    assert forgotten == set()


def test_the_test_above_would_see_a_forgotten_model() -> None:
    assert people_of(Consent) == ["user"]
    assert people_of(AuditEntry) == ["actor", "subject"]
    with pytest.raises(ValueError, match="neither erased nor kept"):
        personal_data.PersonalData(Consent, "x", lambda user: [])
    with pytest.raises(ValueError, match="handed out"):
        personal_data.PersonalData(Consent, "x", kept_because="x")
    with pytest.raises(ValueError, match="twice"):
        personal_data.register(personal_data.PersonalData(Consent, "x", lambda user: [], kept_because="x"))


@pytest.fixture
def ana(told: Told, client: Client) -> User:
    """A member with a bit of everything, signed in."""
    user = UserFactory.create(
        email="ana@example.com", handle="ana", legal_name="Ana Rusu", phone="+37360123456", country="IT"
    )
    sign_in(client, user)
    client.get(reverse("accounts:my_account"))
    actions.give_sms_consent(user=user)
    actions.grant_role(user=user, role=Role.ANALYST, by=AdministratorFactory.create(), reason="figures")
    return user


def archive_of(export: DataExport, client: Client) -> dict[str, Any]:
    """The data of a copy as its owner downloads it."""
    answer = client.get(reverse("accounts:export_download", args=[export.pk]))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        assert set(file.namelist()) == {"data.json", "data.html"}
        page = file.read("data.html").decode()
        assert "ana@example.com" in page
        assert "<script" not in page
        data: dict[str, Any] = json.loads(file.read("data.json"))
    return data


def test_a_copy_holds_everything_and_only_its_owner_gets_it(ana: User, client: Client, told: Told) -> None:
    assert client.post(reverse("accounts:export")).status_code == 302
    export = DataExport.objects.get()
    client.post(reverse("accounts:export"))
    assert DataExport.objects.count() == 1  # asked for twice, made once
    actions.make_export(pk=export.pk)
    actions.make_export(pk=export.pk)
    assert told.kinds.count("accounts.data_export_ready") == 1
    export.refresh_from_db()
    assert b"ana@example.com" not in bytes(export.archive or b"")
    data = archive_of(export, client)
    assert data["parts"]["accounts.User"][0]["legal_name"] == "Ana Rusu"
    assert data["parts"]["accounts.RoleGrant"][0]["role"] == "analyst"
    assert "accounts.Consent" in data["parts"]
    assert "secret" not in json.dumps(data["parts"])
    stranger = Client()
    address = reverse("accounts:export_download", args=[export.pk])
    assert stranger.get(address).status_code == 302
    sign_in(stranger, UserFactory.create())
    assert stranger.get(address).status_code == 404


def test_a_copy_is_there_for_48_hours(ana: User, client: Client) -> None:
    export = actions.ask_for_export(user=ana)
    actions.make_export(pk=export.pk)
    address = reverse("accounts:export_download", args=[export.pk])
    with time_machine.travel(timezone.now() + dt.timedelta(hours=47)):
        client = Client()
        sign_in(client, ana)  # staff do not stay signed in for so long
        assert client.get(address).status_code == 200
        assert actions.forget_old_exports() == 0
    with time_machine.travel(timezone.now() + dt.timedelta(hours=48, seconds=1)):
        client = Client()
        sign_in(client, ana)
        assert client.get(address).status_code == 404
        assert actions.forget_old_exports() == 1
    export.refresh_from_db()
    assert export.archive is None


def test_no_row_is_locked_while_a_copy_is_built(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The role's limit for an idle transaction is 10 s; a copy of many rows may take longer."""
    export = actions.ask_for_export(user=ana)
    build, inside = archive.build, []

    def watched(*args: Any) -> bytes:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE mode = 'RowShareLock' AND relation = %s::regclass",
                ["accounts_dataexport"],
            )
            inside.append(cursor.fetchone()[0])
        return build(*args)

    monkeypatch.setattr(archive, "build", watched)
    actions.make_export(pk=export.pk)
    assert inside == [0]
    export.refresh_from_db()
    assert export.status == DataExport.Status.READY


def test_who_waits_for_a_copy_that_fails_is_told_once(ana: User, told: Told) -> None:
    actions.ask_for_export(user=ana)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=61)):
        actions.restart_exports()
        actions.restart_exports()
    assert told.kinds.count("accounts.data_export_failed") == 1
    assert DataExport.objects.get().status == DataExport.Status.FAILED


def test_a_copy_left_behind_is_made_later_and_given_up_after_an_hour(ana: User) -> None:
    export = actions.ask_for_export(user=ana)
    assert actions.restart_exports() == 0
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=3)):
        assert actions.restart_exports() == 1
    with time_machine.travel(timezone.now() + dt.timedelta(hours=2)):
        assert actions.restart_exports() == 0
    export.refresh_from_db()
    assert export.status == "failed"


def test_erasing_takes_the_person_out_and_shuts_the_account_at_once(
    ana: User, client: Client, told: Told
) -> None:
    other = Client()
    sign_in(other, ana)
    other.get(reverse("accounts:my_account"))
    page = client.get(reverse("accounts:erase"))
    assert any("log" in kept.title.lower() or "jurnal" in kept.title.lower() for kept in page.context["kept"])
    client.post(reverse("accounts:erase"))
    wrong = client.post(reverse("accounts:erase_confirm"), {"code": "000000", "understood": "on"})
    assert wrong.status_code == 422
    assert client.post(reverse("accounts:erase_confirm"), {"code": told.code}).status_code == 422
    done = client.post(reverse("accounts:erase_confirm"), {"code": told.code, "understood": "on"})
    assert done.url == reverse("accounts:erased")
    user = User.objects.get(pk=ana.pk)
    assert (user.is_active, user.legal_name, user.phone, user.country) == (False, "", "", "")
    assert user.email.endswith("@erased.invalid")
    assert "ana" not in user.handle
    for model in (EmailAddress, Authenticator, UserSession, Consent, RoleGrant, DataExport):
        assert not model._default_manager.filter(user=user).exists(), model
    assert AuditEntry.objects.filter(subject=user, deed="account_erased").exists()
    assert told.last["email"] == "ana@example.com"
    for browser in (client, other):
        assert browser.get(reverse("accounts:my_account")).status_code == 302
    assert Session.objects.count() <= 1  # none of hers


def test_nothing_of_the_person_is_left_in_any_table(ana: User, client: Client) -> None:
    actions.erase_user(user=ana, reason="test")
    for model in apps.get_models():
        for row in model._default_manager.values():
            text = str(row)
            assert "ana@example.com" not in text, model
            assert "Ana Rusu" not in text, model
            assert "+37360123456" not in text, model


def test_an_erasure_that_fails_half_way_erases_nothing(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("accounts.actions.erasure.record", fail)
    with pytest.raises(RuntimeError):
        actions.erase_user(user=ana, reason="test")
    ana.refresh_from_db()
    assert ana.is_active
    assert Consent.objects.filter(user=ana).exists()
