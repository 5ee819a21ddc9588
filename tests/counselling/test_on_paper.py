"""What is printed at the desk lies on a counter: it tells nobody what a sensitive talk is about."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from counselling.models import Appointment
from tests.counselling.desk import address, colleague
from tests.factories.counselling import AppointmentFactory, ReasonFactory, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
TELLING = "Violență în familie"
NEUTRAL = "o discuție la NEXUS"
ON_SCREEN = re.compile(r'<(\w+)[^>]*class="[^"]*\bno-print\b[^"]*"[^>]*>.*?</\1>', re.DOTALL)


@pytest.fixture
def row() -> Appointment:
    """Somebody's talk of today about danger, who wants no calls."""
    reason = ReasonFactory.create(
        key="danger", is_sensitive=True, name_ro=TELLING, bring_ro="Certificatul medico-legal"
    )
    made: Appointment = AppointmentFactory.create(
        reason=reason, starts_at=at(15), name="Elena", safe_contact="no"
    )
    return made


def on_paper(page: str) -> str:
    """A page without what is for the screen alone."""
    return ON_SCREEN.sub("", page)


def test_the_list_of_the_day_has_neutral_words_on_paper(row: Appointment) -> None:
    browser, _counsellor = colleague()
    for page in (address("board"), address("appointment", row.pk), address("booked", row.pk)):
        text = browser.get(page).content.decode()
        assert TELLING in text, page  # colleagues see it
        paper = on_paper(text)
        assert "Elena" in paper or row.reference[:4] in paper
        assert NEUTRAL in paper, page
        for word in (TELLING, "medico-legal", "nu sunați"):
            assert word not in paper, (page, word)


def test_an_ordinary_reason_is_printed_as_it_is() -> None:
    row = AppointmentFactory.create(
        reason=ReasonFactory.create(key="pensions", name_ro="Pensii"), starts_at=at(15)
    )
    browser, _counsellor = colleague()
    paper = on_paper(browser.get(address("board")).content.decode())
    assert f"· {row.reason}" in " ".join(paper.split())
    assert NEUTRAL not in paper


def test_no_page_of_the_desk_names_a_reason_by_itself() -> None:
    folder = settings.BASE_DIR / "templates" / "counselling" / "desk"
    named = re.compile(r"{{ (?:\w+\.)*(?:appointment|row|entry|ticket)\.reason(?:\.name)? }}|{{ reason }}")
    found = {path.name for path in folder.glob("*.html") if named.search(path.read_text(encoding="utf-8"))}
    assert found == {"_reason.html"}


def test_the_stylesheet_parts_screen_and_paper() -> None:
    sheet = (settings.BASE_DIR / "static" / "nexus.css").read_text(encoding="utf-8")
    screen, paper = sheet.split("@media print {")
    assert ".print-only { display: none; }" in screen
    assert ".print-only { display: inline !important; }" in paper
    assert re.search(r"\.no-print, [^{]*{ display: none !important; }", paper)
