"""Demo users: one for every role, random passwords, a file of its owner."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import Role, User

pytestmark = pytest.mark.django_db


def test_every_role_has_someone_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "sign-ins"
    call_command("make_demo_users", "--out", out, verbosity=0)
    first = out.read_text(encoding="utf-8")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert User.objects.count() == len(Role) + 1
    call_command("make_demo_users", "--out", out, verbosity=0)
    assert out.read_text(encoding="utf-8") == first
    email, password = first.splitlines()[0].split(" ")
    assert User.objects.get(email=email).check_password(password)


def test_only_curators_and_the_administrator_enter_the_admin(tmp_path: Path) -> None:
    call_command("make_demo_users", "--out", tmp_path / "x", verbosity=0)
    staff = set(User.objects.filter(is_staff=True).values_list("handle", flat=True))
    assert staff == {"curator", "admin"}
    curator = User.objects.get(handle="curator")
    assert curator.has_perm("services.change_service")
    assert not curator.has_perm("accounts.change_user")
