"""The numbers in the code are those of the catalogue, and stand where nothing else works."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from common.help_lines import EMERGENCY, LINES, HelpLine
from common.middleware import unavailable
from common.templatetags.nexus import with_telephones
from portal.views import errors, pages

DATA = Path(settings.BASE_DIR) / "data"
NUMBERS = {EMERGENCY} | {number.url.removeprefix("tel:") for line in LINES for number in line.numbers}


def _linked(page: str) -> set[str]:
    return set(re.findall(r'href="tel:([+0-9]+)"', page))


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.service)
def test_each_line_is_that_of_the_catalogue(line: HelpLine) -> None:
    services = {row["key"]: row for row in json.loads((DATA / "services.json").read_text(encoding="utf-8"))}
    providers = {row["key"]: row for row in json.loads((DATA / "providers.json").read_text(encoding="utf-8"))}
    service = services[line.service]
    phones = service.get("phones") or providers[service["provider"]]["phone"]
    assert [(n.number, n.rings_from) for n in line.numbers] == [
        (phone["number"], phone["rings_from"]) for phone in phones
    ]
    assert line.topic == service["category"]


@pytest.mark.parametrize("language", ["ro", "ru", "en"])
def test_numbers_stand_where_the_database_does_not_answer(language: str) -> None:
    """No database is allowed in this test: a query would fail it."""
    request = RequestFactory().get(f"/{language}/services/")
    with override(language):
        found = {
            "500": errors.server_error(request).content.decode(),
            "503": unavailable(request).content.decode(),
            "offline": render_to_string("portal/offline.html"),
            "help": pages.help_now(RequestFactory().get(f"/{language}/s/1/")).content.decode(),
        }
    assert {name: _linked(page) for name, page in found.items()} == dict.fromkeys(found, NUMBERS)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Sunați la 112.", ["112"]),
        ("Sunați la 0 8008 8008 sau la +373 22 24 06 24", ["080088008", "+37322240624"]),
        ("Telefonul Copilului 116 111; ASP 14909, AIPA 022 21-33-33.", ["116111", "14909", "+37322213333"]),
        ("Costă 112 lei, legea nr. 112/2015, Legea nr. 116 din 1998, anul 2026, 1 112 000 lei, 0,112%", []),
        ("Plătiți 250 lei în 30 de zile; str. 31 August 1989, 82; MD-2001", []),
    ],
)
def test_numbers_in_running_text_become_links(text: str, numbers: list[str]) -> None:
    page = with_telephones(text)
    assert re.findall(r'href="tel:([+0-9]+)"', page) == numbers
    shown = text.replace("+373 22 24 06 24", "+373 22 240 624").replace("022 21-33-33", "+373 22 213 333")
    assert re.sub("<[^>]+>", "", page) == shown  # one number is written in one way


def test_running_text_is_escaped() -> None:
    assert with_telephones('<b>"112"</b>') == (
        '&lt;b&gt;&quot;<a class="number" href="tel:112">112</a>&quot;&lt;/b&gt;'
    )


TEXTS = re.compile(
    r"\{\{ (?:\w+\.)*(?:description|summary|eligibility|directions|step|document|text)(\|[^}]*)? \}\}"
)
SHOWN = ("services", "shopfronts", "portal", "components")
OURS = {"{{ view.text }}"}  # words of ours about hours


def test_every_text_of_the_catalogue_links_its_numbers() -> None:
    root = Path(settings.BASE_DIR) / "templates"
    bare = []
    for app in SHOWN:
        for path in (root / app).rglob("*.html"):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if line.startswith("{% block") or "<meta" in line or "data-summary" in line:
                    continue
                for match in TEXTS.finditer(line):
                    if "with_telephones" not in (match[1] or "") and match[0] not in OURS:
                        bare.append(f"{path.relative_to(root)}:{number}: {match[0]}")
    assert bare == []


def test_every_call_link_is_made_of_a_stored_number() -> None:
    """A template writes `tel:` only before 112 or a property that dials (`url`, `dial`, a proven E.164 number)."""
    root = Path(settings.BASE_DIR) / "templates"
    allowed = {"{{ emergency }}", "{{ appointment.contact.phone }}"}
    found = {
        match[1]
        for path in root.rglob("*.html")
        for match in re.finditer(r"tel:(\{\{[^}]*\}\}|[0-9+]+)", path.read_text(encoding="utf-8"))
    }
    assert {one for one in found - allowed if not one.endswith("shopfront.dial }}")} == set()
