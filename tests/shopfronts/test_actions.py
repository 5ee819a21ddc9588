"""The renewal of public holidays: what it adds, and what it leaves alone."""

from __future__ import annotations

import datetime as dt
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.utils.translation import override

from common import content_version
from services.loading.loader import load
from shopfronts import tasks
from shopfronts.actions import renew_holidays
from shopfronts.models import Closure, OpeningHours, ShopFront
from shopfronts.schedule import closed_days
from tests.factories.shopfronts import ClosureFactory, ShopFrontFactory

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 25)
NEW_YEAR = dt.date(2027, 1, 1)
DATA = Path(settings.BASE_DIR) / "data"


def test_three_years_are_written_and_the_second_time_nothing() -> None:
    assert renew_holidays(today=TODAY) == 39
    version = content_version.current()
    assert renew_holidays(today=TODAY) == 0
    assert content_version.publish() == version
    assert set(Closure.objects.values_list("origin", "is_open", "shopfront")) == {("holiday", False, None)}
    assert {on.year for on in Closure.objects.values_list("on", flat=True)} == {2026, 2027, 2028}
    assert renew_holidays(today=dt.date(2027, 1, 1)) == 13  # one more year


def test_visitors_see_new_days_at_once() -> None:
    version = content_version.publish()
    renew_holidays(today=TODAY)
    assert content_version.publish() == version + 1


@pytest.mark.parametrize("language", ["ro", "ru", "en"])
def test_names_stand_in_each_language_whoever_runs_it(language: str) -> None:
    with override(language):
        renew_holidays(today=TODAY)
    columns = Closure.objects.rewrite(False).values_list("name", "name_ro", "name_ru", "name_en")
    assert columns.get(on=NEW_YEAR) == ("Anul Nou", "Anul Nou", "Новый год", "New Year’s Day")


@pytest.mark.parametrize("change", [{"name_ro": "Revelion"}, {"is_open": True}, {"origin": "own"}])
def test_what_a_person_changed_stays(change: dict[str, Any]) -> None:
    renew_holidays(today=TODAY)
    Closure.objects.filter(on=NEW_YEAR).update(**change)
    assert renew_holidays(today=TODAY) == 0
    assert Closure.objects.filter(on=NEW_YEAR, **change).count() == 1


def test_a_day_that_a_person_wrote_first_stays() -> None:
    mine = ClosureFactory.create(on=NEW_YEAR)
    assert renew_holidays(today=TODAY) == 38
    assert list(Closure.objects.filter(on=NEW_YEAR)) == [mine]


def test_one_counters_own_row_does_not_open_the_others() -> None:
    shopfront, other = ShopFrontFactory.create(), ShopFrontFactory.create(slug="other")
    ClosureFactory.create(on=NEW_YEAR, shopfront=shopfront, is_open=True)
    assert renew_holidays(today=TODAY) == 39
    rows = list(Closure.objects.all())
    assert NEW_YEAR not in closed_days(rows, shopfront.pk)
    assert NEW_YEAR in closed_days(rows, other.pk)


def test_the_files_days_are_left_and_only_later_years_added() -> None:
    load(DATA)
    before = list(Closure.objects.values())
    assert renew_holidays(today=TODAY) == 13
    assert list(Closure.objects.exclude(on__year=2028).values()) == before
    again = {report.kind: report for report in load(DATA).reports}
    assert (again["holidays"].created, again["holidays"].updated, again["holidays"].kept) == (0, 0, [])


@pytest.mark.parametrize("number", [1, 2])
def test_the_catalogue_loads_after_the_renewal_and_wins(number: int) -> None:
    renew_holidays(today=TODAY)
    Closure.objects.filter(on=NEW_YEAR).update(is_open=True)
    Closure.objects.filter(on=dt.date(2026, 12, 25)).update(name_ro="Altfel")  # say, by an older library
    for _time in range(number):
        assert not load(DATA).problems
    assert Closure.objects.get(on="2026-12-25").name_ro == "Crăciunul pe stil nou"
    assert Closure.objects.get(on=NEW_YEAR).is_open  # of which the file says nothing
    assert set(Closure.objects.values_list("origin", flat=True)) == {"holiday"}


def test_letters_of_tickets_are_given_once() -> None:
    load(DATA)
    given = dict(ShopFront.objects.values_list("slug", "ticket_prefix"))
    assert given == {"cahul": "C", "edinet": "E", "ungheni": "U", "chisinau": "CH"}
    ShopFront.objects.filter(slug="chisinau").update(ticket_prefix="K")
    report = {report.kind: report for report in load(DATA).reports}["shopfronts"]
    assert (report.unchanged, report.updated, report.kept) == (4, 0, [])
    assert ShopFront.objects.get(slug="chisinau").ticket_prefix == "K"


def test_hours_that_were_given_an_end_here_are_kept(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    load(folder)
    OpeningHours.objects.filter(shopfront__slug="cahul", weekday=5).update(valid_until=NEW_YEAR)
    file = folder / "shopfronts.json"
    file.write_text(file.read_text(encoding="utf-8").replace("17:00", "16:00"), encoding="utf-8")
    report = {report.kind: report for report in load(folder).reports}["shopfronts"]
    assert (report.updated, report.kept) == (3, ["cahul"])
    assert OpeningHours.objects.filter(valid_until=NEW_YEAR).count() == 2


@time_machine.travel("2026-12-31 22:30:00+00:00", tick=False)  # in Moldova the year is a new one
def test_task_and_command_count_from_the_year_of_moldova() -> None:
    out = StringIO()
    call_command("renew_holidays", stdout=out)
    assert out.getvalue() == "39 public holidays added.\n"
    assert not Closure.objects.filter(on__year=2026).exists()
    Closure.objects.filter(on=NEW_YEAR).delete()
    tasks.renew_holidays()
    assert Closure.objects.filter(on=NEW_YEAR).exists()
    assert not Closure.objects.filter(on__year=2026).exists()
