"""A missing or malformed variable stops the start; each variable is told in `.env.example`."""

from __future__ import annotations

import ast
import io
import logging
import logging.config
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from nexus.data_keys import written
from nexus.environment import Environment
from nexus.log_config import HideTokens, log_config

GOOD = {
    "SECRET_KEY": "x" * 60,
    "DATA_KEYS": f"{'d' * 60},{'e' * 20}",
    "HASH_KEY": "h" * 60,
    "ALLOWED_HOSTS": "nexus.example",
    "BASE_URL": "https://nexus.example",
    "DATABASE_URL": "postgresql://nexus:password@db:5432/nexus",
    "REDIS_URL": "redis://:password@valkey:6379/0",
}
ENV_EXAMPLE = (settings.BASE_DIR / ".env.example").read_text(encoding="utf-8")
READERS = {name for name in vars(Environment) if not name.startswith("_")}


def variables_read() -> set[str]:
    """Names of the variables that the settings and their parts read."""
    parts = (settings.BASE_DIR / "nexus").glob("*.py")
    return {
        str(call.args[0].value)
        for part in parts
        for call in ast.walk(ast.parse(part.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in READERS
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "env"
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the settings file with these variables and no others of its own."""

    def run(**variables: str) -> dict[str, Any]:
        for name in variables_read():
            monkeypatch.delenv(name, raising=False)
        for name, value in (GOOD | variables).items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(settings.BASE_DIR / "nexus" / "settings.py"))

    return run


def test_production_is_the_default(load: Any) -> None:
    loaded = load()
    assert loaded["DEBUG"] is False
    assert loaded["SECURE_SSL_REDIRECT"] is loaded["SESSION_COOKIE_SECURE"] is True
    assert loaded["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert loaded["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert "SECURE_PROXY_SSL_HEADER" not in loaded


def test_a_value_means_what_it_says(load: Any) -> None:
    loaded = load(
        HTTPS="Off", BEHIND_PROXY="1", ALLOWED_HOSTS=" a.example , b.example,", EMAIL_URL="smtp://m:1025"
    )
    assert loaded["HTTPS"] is loaded["SESSION_COOKIE_SECURE"] is False
    assert loaded["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert loaded["ALLOWED_HOSTS"] == ["a.example", "b.example"]
    assert (loaded["EMAIL_HOST"], loaded["EMAIL_PORT"]) == ("m", 1025)
    assert loaded["CELERY_BROKER_URL"].endswith("@valkey:6379/0")
    assert loaded["CACHES"]["default"]["LOCATION"].endswith("@valkey:6379/1")


def test_a_secret_may_come_from_a_file(load: Any, tmp_path: Path) -> None:
    for name, value in {"SECRET_KEY": "f" * 60, "DATABASE_URL": "postgresql://a:b@file/db"}.items():
        (tmp_path / name).write_text(f"{value}\n")
    files = {f"{name}_FILE": str(tmp_path / name) for name in ("SECRET_KEY", "DATABASE_URL")}
    loaded = load(**files, EMAIL_URL="smtp://m:25")
    assert loaded["SECRET_KEY"] == "f" * 60
    assert loaded["DATABASES"]["default"]["HOST"] == "file"
    assert loaded["MAIL_IS_NAMED"] is True
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY_FILE"):
        load(SECRET_KEY_FILE=str(tmp_path / "nothing"))


@pytest.mark.parametrize("name", sorted(GOOD.keys() - {"BASE_URL"}))
def test_missing_variable_stops_the_start(load: Any, name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        load(**{name: ""})


@pytest.mark.parametrize(
    ("name", "junk"),
    [
        ("DEBUG", "maybe"),
        ("HTTPS", "ture"),
        ("BEHIND_PROXY", "2"),
        ("PAGE_CACHE", "-"),
        ("SECRET_KEY", "too-short"),
        ("DATA_KEYS", "too-short"),
        ("DATA_KEYS", "x" * 60),  # SECRET_KEY
        ("DATA_KEYS", "h" * 60),  # HASH_KEY
        ("DATA_KEYS", f"{'d' * 60},{'d' * 60}"),
        ("DATA_KEYS", f"{'d' * 60},e$f"),
        ("DATA_KEYS", f"{'d' * 60},base64:e$f="),
        ("DATA_KEYS", f"{'d' * 60},base64:____"),  # not a text
        ("DATA_KEYS", f"{'d' * 60},base64:"),
        ("HASH_KEY", "too-short"),
        ("HASH_KEY", f"{'h' * 60},{'i' * 60}"),
        ("BASE_URL", "nexus.example"),
        ("BASE_URL", "ftp://nexus.example"),
        ("BASE_URL", "https://nexus.example/path"),
        ("DATABASE_URL", "junk"),
        ("DATABASE_URL", "postgresql://"),
        ("DATABASE_URL", "sqlite:///db.sqlite3"),
        ("DATABASE_URL", "mysql://u:p@h/db"),
        ("DATABASE_URL", "postgresql://u:p@h:99999999/db"),
        ("REDIS_URL", "junk"),
        ("REDIS_URL", "http://valkey:6379"),
        ("REDIS_URL", "redis://:6379"),
        ("REDIS_URL", "redis://valkey:port"),
        ("EMAIL_URL", "junk"),
        ("LOG_LEVEL", "LOUD"),
        ("SECURITY_CONTACT", "security@nexus.example"),
        ("SECURITY_CONTACT", "http://nexus.example"),
        ("SECURITY_CONTACT", "mailto:a@nexus.example\nEncryption: x"),
        ("ROOT_URLCONF", "not/a/module"),
    ],
)
def test_junk_stops_the_start_and_names_the_variable(load: Any, name: str, junk: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        load(**{name: junk})


def test_keys_of_the_data_are_lists_newest_first_and_may_be_encoded(load: Any) -> None:
    odd = "ключ, $with #signs"
    loaded = load(DATA_KEYS=f"{'n' * 60}, {written(odd)}", HASH_KEY=written(odd * 4), SECRET_KEY=odd * 4)
    assert (loaded["DATA_KEYS"], loaded["HASH_KEY"]) == (["n" * 60, odd], odd * 4)


@pytest.mark.parametrize("name", ["DATA_KEYS", "HASH_KEY"])
def test_a_missing_key_names_the_command(load: Any, name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"manage\.py new_keys"):
        load(**{name: ""})


def test_process_ends_with_a_sentence() -> None:
    kept = {name: value for name, value in os.environ.items() if name not in variables_read()}
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env=kept | GOOD | {"HTTPS": "ture"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode != 0
    assert "HTTPS must be true or false, not 'ture'" in ended.stderr


def told_in(text: str) -> set[str]:
    """The variables that a part of `.env.example` names."""
    return set(re.findall(r"^#?([A-Z][A-Z_]+)=", text, re.MULTILINE))


def used_by_compose() -> set[str]:
    """The variables that docker compose takes from `.env`."""
    compose = (settings.BASE_DIR / "docker-compose.yml").read_text(encoding="utf-8")
    return set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", compose))


def test_every_variable_is_told_and_every_told_one_is_read() -> None:
    assert told_in(ENV_EXAMPLE) == variables_read() | used_by_compose()


def test_what_is_set_for_compose_reaches_its_containers() -> None:
    before, _title, rest = ENV_EXAMPLE.partition("# --- Without docker compose")
    assert rest
    assert told_in(before + rest.partition("\n# --- ")[2]) == used_by_compose()


def test_example_holds_no_secret() -> None:
    for name in (
        "SECRET_KEY",
        "DATA_KEYS",
        "HASH_KEY",
        "POSTGRES_PASSWORD",
        "NEXUS_DB_PASSWORD",
        "NEXUS_APP_DB_PASSWORD",
        "VALKEY_PASSWORD",
    ):
        assert re.search(rf"^{name}=$", ENV_EXAMPLE, re.MULTILINE)


@pytest.mark.parametrize(
    ("message", "written"),
    [
        (
            "Not Found: /ro/appointments/cancel/AO3lZBwDSzS5vuUzKUZ2OA0.GBrF7rAhR96IO1fkIlHW3g/",
            "Not Found: /ro/appointments/cancel/…/",
        ),
        (
            "<WSGIRequest: GET '/calendars/q83hf92h3f98h2398fh239f8h.ics'>",
            "<WSGIRequest: GET '/calendars/….ics'>",
        ),
        (
            "/ro/messages/11111111-2222-4333-8444-555555555555/",
            "/ro/messages/11111111-2222-4333-8444-555555555555/",
        ),
        ("/ro/services/pension-italy/", "/ro/services/pension-italy/"),
    ],
)
def test_no_log_line_holds_a_token(message: str, written: str) -> None:
    record = logging.LogRecord("x", logging.WARNING, "", 0, "%s", (message,), None)
    record.request = message
    assert HideTokens().filter(record)
    assert (record.getMessage(), record.request) == (written, written)


def test_no_log_line_quotes_a_row() -> None:
    said = r"raised: IntegrityError('duplicate key\nDETAIL:  Key (email)=(nina@example.com) exists.\n')"
    record = logging.LogRecord("celery", logging.ERROR, "", 0, "%s", (said,), None)
    assert HideTokens().filter(record)
    assert record.getMessage() == r"raised: IntegrityError('duplicate key\nDETAIL: …"


@pytest.mark.parametrize("kind", ["json", "plain"])
def test_no_traceback_in_the_log_holds_a_row(kind: str) -> None:
    lines = io.StringIO()
    config = log_config(formatter=kind, level="INFO")
    config["handlers"]["console"]["stream"] = lines
    before = logging.root.handlers[:], logging.root.level
    try:
        logging.config.dictConfig(config | {"loggers": {}})
        try:
            try:
                raise ValueError("refused\nDETAIL:  Failing row contains (Nina,\n\n+37360123456).\n")
            except ValueError as error:
                raise RuntimeError("the next") from error
        except RuntimeError:
            logging.getLogger("tests.rows").exception("it failed")
    finally:
        logging.root.handlers[:], level = before
        logging.root.setLevel(level)
    assert "Nina" not in lines.getvalue()
    assert "37360123456" not in lines.getvalue()
    assert "RuntimeError: the next" in lines.getvalue()
