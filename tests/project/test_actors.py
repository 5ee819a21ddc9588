"""Every deed has its actor: an action that is told who does it writes it down."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ["accounts", "notifications", "services", "shopfronts", "counselling"]


def actions() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every function of the actions of every app."""
    for app in APPS:
        for file in [*(ROOT / app).glob("actions.py"), *(ROOT / app).glob("actions/*.py")]:
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.FunctionDef):
                    yield f"{file.relative_to(ROOT)}:{node.name}", node


def takes_by(node: ast.FunctionDef) -> bool:
    """Whether it is told who does it."""
    return any(one.arg == "by" for one in [*node.args.args, *node.args.kwonlyargs])


def test_no_action_throws_away_who_did_it() -> None:
    told = [(name, node) for name, node in actions() if takes_by(node)]
    assert len(told) > 20
    thrown = [
        name
        for name, node in told
        if not any(isinstance(each, ast.Name) and each.id == "by" for each in ast.walk(node))
    ]
    assert not thrown
