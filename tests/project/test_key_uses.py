"""SECRET_KEY signs only what lives no longer than a session; everything sealed is named, so that a new key reaches it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from common import sealed

OURS = ("accounts", "common", "counselling", "nexus", "notifications", "portal", "services", "shopfronts")
# Where SECRET_KEY may be used, by its name or by a function of Django that takes it when no key is given.
ALLOWED = {
    "nexus/settings.py": "read from the environment",
    "nexus/new_keys.py": "what releases without DATA_KEYS used",
    "nexus/supervisor.py": "made for the demo",
    "accounts/codes.py": "codes in a session, ten minutes",
    "common/work.py": "riddles for a device, twenty minutes",
}
# Functions of Django that use SECRET_KEY unless this argument gives another key
KEYED = {
    "salted_hmac": "secret",
    "Signer": "key",
    "TimestampSigner": "key",
    "signing.dumps": "key",
    "signing.loads": "key",
    "get_cookie_signer": "",
    "get_signed_cookie": "",
    "set_signed_cookie": "",
    "PasswordResetTokenGenerator": "",
    "default_token_generator": "",
}
# Sealed, but in no column: in the cache, for a day at the most
PASSING = {
    "counselling.draft": "a half-filled booking, until it is booked or its hold ends",
    "accounts.mailed_code": "the code that is open for an address",
}


def files() -> Iterator[tuple[str, ast.Module]]:
    """Every Python file of the product but migrations."""
    for app in OURS:
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(settings.BASE_DIR)), ast.parse(path.read_text(encoding="utf-8"))


def uses_of_secret_key(tree: ast.Module) -> list[str]:
    """Names of what uses it."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr.startswith("SECRET_KEY"):
            found.append(node.attr)
        elif isinstance(node, ast.Constant) and node.value in ("SECRET_KEY", "SECRET_KEY_FALLBACKS"):
            found.append(str(node.value))
        elif isinstance(node, ast.Call):
            found += _keyless(node)
    return found


def _keyless(call: ast.Call) -> list[str]:
    name = ast.unparse(call.func)
    short = name if name in KEYED else name.rsplit(".", 1)[-1]
    if short not in KEYED or any(word.arg == KEYED[short] for word in call.keywords):
        return []
    return [short]


def test_secret_key_is_used_where_that_is_said_and_nowhere_else() -> None:
    found = {path: uses for path, tree in files() if (uses := uses_of_secret_key(tree))}
    assert found.keys() == ALLOWED.keys(), found


@pytest.mark.parametrize(
    ("code", "is_use"),
    [
        ("x = settings.SECRET_KEY", True),
        ("salted_hmac('a', 'b')", True),
        ("crypto.salted_hmac('a', 'b', algorithm='sha256')", True),
        ("salted_hmac('a', 'b', secret=settings.HASH_KEY)", False),
        ("signing.dumps([1], salt='a')", True),
        ("signing.dumps([1], salt='a', key=settings.DATA_KEYS[0])", False),
        ("json.dumps([1])", False),
        ("TimestampSigner()", True),
        ("request.get_signed_cookie('a')", True),
    ],
)
def test_the_search_finds_a_use(code: str, is_use: bool) -> None:
    assert bool(uses_of_secret_key(ast.parse(code))) is is_use


def purposes_of_encryption() -> Iterator[tuple[str, str]]:
    """Where something is sealed, and for what purpose."""
    for path, tree in files():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rsplit(".", 1)[-1] == "encrypt":
                given = [word.value for word in node.keywords if word.arg == "purpose"]
                if given:
                    yield path, value_of(import_module(path[:-3].replace("/", ".")), given[0])


def value_of(module: ModuleType, node: ast.expr) -> str:
    """A purpose: a text, or the name of one in its module."""
    return str(node.value) if isinstance(node, ast.Constant) else str(getattr(module, ast.unparse(node)))


def test_everything_sealed_lies_in_a_named_column_or_passes_with_the_session() -> None:
    found = {purpose for _path, purpose in purposes_of_encryption()}
    named = {one.purpose for one in sealed.sealed_columns()}
    assert len(found) >= 5
    assert found == named | PASSING.keys()


def test_every_binary_column_is_a_named_one() -> None:
    named = {(one.model, one.column) for one in sealed.sealed_columns()}
    binary = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.BinaryField)
    }
    assert binary
    assert binary <= named


def test_every_hash_of_a_person_in_rows_is_a_named_column() -> None:
    named = {(one.model, one.column) for one in sealed.hashed_columns()}
    found = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.name == "person_key"
    }
    assert found == named


def test_a_column_is_named_once() -> None:
    with pytest.raises(ValueError, match="named twice"):
        sealed.register(sealed.sealed_columns()[0])


def test_nothing_else_encrypts() -> None:
    """One module knows the library, so that the search above sees everything."""
    importing = [path for path, tree in files() if "cryptography" in _imported(tree)]
    assert importing == [str(Path("common") / "crypto.py")]


def _imported(tree: ast.Module) -> set[str]:
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {name.split(".")[0] for name in names}
