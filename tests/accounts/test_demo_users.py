"""People of the demo: one for every role, with passwords and second factors that only the file's owner reads."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import validate_totp_code
from allauth.mfa.utils import decrypt
from django.core.management import call_command

from accounts.models import STAFF_ROLES, Role, User
from nexus import demo_code
from tests.accounts.conftest import Told

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_ins(tmp_path: Path, told: Told) -> Path:
    """Where the command wrote."""
    path = tmp_path / "sign-ins.txt"
    call_command("make_demo_users", "--out", str(path), verbosity=0)
    return path


def test_there_is_somebody_for_every_role(sign_ins: Path) -> None:
    lines = [line.split() for line in sign_ins.read_text().splitlines()]
    assert len(lines) == len(Role) + 1
    assert stat.S_IMODE(sign_ins.stat().st_mode) == 0o600
    for email, password, *seed in lines:
        user = User.objects.get(email=email)
        assert user.check_password(password)
        assert bool(seed) is user.is_office
    for role in STAFF_ROLES:
        assert User.objects.get(email=f"{role.value}@demo.example").roles == {role.value}
    assert User.objects.get(email="curator@demo.example").is_staff
    assert not User.objects.get(email="counsellor@demo.example").is_staff
    assert User.objects.get(email="admin@demo.example").is_superuser


def test_a_second_run_changes_nothing(sign_ins: Path) -> None:
    before = sign_ins.read_text()
    call_command("make_demo_users", "--out", str(sign_ins), verbosity=0)
    assert sign_ins.read_text() == before
    assert User.objects.count() == len(Role) + 1


def test_the_demo_s_codes_are_those_of_its_people(
    sign_ins: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_ins.rename(sign_ins.with_name("demo-sign-ins.txt"))
    monkeypatch.setenv("NEXUS_STATE", str(sign_ins.parent))
    factor = Authenticator.objects.get(user__email="curator@demo.example", type="totp")
    assert demo_code.main("curator@demo.example") == 0
    assert validate_totp_code(decrypt(factor.data["secret"]), capsys.readouterr().out.strip())
    for email in ("member@demo.example", "ana@example.com", ""):
        assert demo_code.main(email) == 1
    assert demo_code.code_of("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59) == "287082"  # RFC 6238, appendix B
