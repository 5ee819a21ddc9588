"""Files, functions, views and templates stay as small as the house promises."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

APPS = ("nexus", "common", "accounts", "notifications", "services", "shopfronts", "counselling", "portal")
CODE = (*APPS, "tests", "bench")
FILE_LINES, FUNCTION_LINES, VIEW_LINES, TEMPLATE_LINES, SETTINGS_LINES = 400, 50, 30, 150, 300


def python_files(*folders: str) -> list[Path]:
    """Every module that people write; migrations are written by a machine."""
    found = (path for folder in folders for path in (settings.BASE_DIR / folder).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


def is_views(path: Path) -> bool:
    """Whether a module holds views."""
    return path.name == "views.py" or "views" in path.parts


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Name and length in lines of every function and method, without decorators."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (
                f"{path.relative_to(settings.BASE_DIR)}:{node.name}",
                (node.end_lineno or 0) - node.lineno + 1,
            )


def lines(path: Path) -> int:
    """How long a file is."""
    return len(path.read_text(encoding="utf-8").splitlines())


def named(path: Path) -> str:
    """A path as people name it."""
    return str(path.relative_to(settings.BASE_DIR))


def test_python_files_are_short() -> None:
    files = python_files(*CODE)
    assert len(files) > 50
    assert {named(path): lines(path) for path in files if lines(path) > FILE_LINES} == {}
    assert lines(settings.BASE_DIR / "nexus" / "settings.py") <= SETTINGS_LINES


def test_functions_are_short() -> None:
    found = dict(pair for path in python_files(*CODE) for pair in functions(path))
    assert len(found) > 100
    assert {name: length for name, length in found.items() if length > FUNCTION_LINES} == {}


def test_views_are_short() -> None:
    found = dict(pair for path in python_files(*APPS) if is_views(path) for pair in functions(path))
    assert len(found) > 10
    assert {name: length for name, length in found.items() if length > VIEW_LINES} == {}


def test_templates_are_short() -> None:
    files = sorted((settings.BASE_DIR / "templates").rglob("*.*"))
    assert len(files) > 10
    assert {named(path): lines(path) for path in files if lines(path) > TEMPLATE_LINES} == {}


def test_public_names_say_what_they_are() -> None:
    silent = [name for path in python_files(*APPS) for name in without_docstring(path)]
    assert silent == []


@pytest.mark.parametrize("text", ["def run():\n    pass", "class Run:\n    pass", "async def run(): ..."])
def test_missing_docstring_is_seen(tmp_path: Path, text: str) -> None:
    path = tmp_path / "module.py"
    path.write_text(text)
    assert [name.rsplit(":")[-1] for name in without_docstring(path)] in (["run"], ["Run"])


def without_docstring(path: Path) -> Iterator[str]:
    """Public classes and functions of a module, and public methods of their own, that lack a sentence."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if not node.name.startswith("_") and not ast.get_docstring(node):
            yield f"{path}:{node.name}"
