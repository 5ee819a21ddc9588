"""Rules of the house that import-linter cannot see."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models

from tests.project.test_sizes import APPS, named, python_files

MESSAGES_LEAVE_FROM = frozenset(
    {"notifications", "jobs.py"}
)  # the app of the outbox; the one place that wakes workers
SENDING = re.compile(
    r"(?<!def )\b(?:send_mail|send_mass_mail|mail_admins|EmailMessage)\b|\.(?:delay|apply_async)\("
)
SIGNALS = re.compile(r"\bdjango\.db\.models\.signals\b|\bpost_save\b|\bpre_save\b")
OURS = [config for config in apps.get_app_configs() if config.name in APPS]


def offenders(pattern: re.Pattern[str], *, except_in: frozenset[str] = frozenset()) -> list[str]:
    """Lines of the apps in which the pattern stands."""
    found = []
    for path in python_files(*APPS):
        if except_in & set(path.parts):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if pattern.search(line.split("#")[0]):
                found.append(f"{named(path)}:{number}: {line.strip()}")
    return found


def test_no_message_leaves_except_through_the_outbox() -> None:
    assert offenders(SENDING, except_in=MESSAGES_LEAVE_FROM) == []


@pytest.mark.parametrize("line", ["send_mail(x)", "task.delay(1)", "task.apply_async()", "EmailMessage()"])
def test_sending_is_seen(line: str) -> None:
    assert SENDING.search(line)


def test_models_know_no_signals() -> None:
    assert offenders(SIGNALS) == []


def test_no_module_is_called_services() -> None:
    assert [named(path) for path in python_files(*APPS) if path.name == "services.py"] == []


def test_settings_read_no_environment_elsewhere() -> None:
    django = list(
        python_files("common", "accounts", "notifications", "services", "shopfronts", "counselling", "portal")
    )
    assert [named(path) for path in django if "os.environ" in path.read_text(encoding="utf-8")] == []


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


def test_migrations_are_named() -> None:
    files = [path for folder in APPS for path in (settings.BASE_DIR / folder).glob("migrations/[0-9]*.py")]
    assert files
    assert [named(path) for path in files if "_auto_" in path.name] == []
    assert [named(path) for path in files if not re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", path.name)] == []


def test_constraints_and_indexes_carry_the_name_of_app_and_model() -> None:
    wrong = []
    for model in (model for config in OURS for model in config.get_models()):
        meta = model._meta
        own = [*meta.constraints, *meta.indexes]
        wrong += [
            item.name for item in own if not item.name.startswith(f"{meta.app_label}_{meta.model_name}")
        ]
    assert wrong == []


def test_models_do_not_hide_rules_in_save() -> None:
    """Writes go through actions; a `save` of one's own would be a second way."""
    wrong = []
    for path in python_files(*APPS):
        if path.name != "models.py" and "models" not in path.parts:
            continue
        tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        wrong += [named(path) for node in tree if isinstance(node, ast.FunctionDef) and node.name == "save"]
    assert wrong == []


def test_every_model_says_what_it_is() -> None:
    found: list[type[models.Model]] = [model for config in OURS for model in config.get_models()]
    assert found
    assert [model.__name__ for model in found if (model.__doc__ or "").startswith(f"{model.__name__}(")] == []


def test_no_file_names_a_path_of_one_machine() -> None:
    texts = list(Path(settings.BASE_DIR).glob("*.md")) + python_files(*APPS)
    assert [named(path) for path in texts if str(settings.BASE_DIR) in path.read_text(encoding="utf-8")] == []
