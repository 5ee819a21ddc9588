"""The benches' own arithmetic: lines that read alike, ratios, bounds, names."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from django.conf import settings

from bench import siege
from bench.bookings.bare import KEY
from bench.bookings.office import counsellor_key
from bench.harness import CannotMeasureError, Result, benches, chosen, interleave, number, report, within
from tests.project.test_locks import EXTRAS, ROOT, pins


def test_a_line_reads_like_every_other() -> None:
    result = Result("catalogue.cached_home", 812.4, 1000, "/s", 0.7, at_least=True)
    assert result.line() == (
        "bench catalogue.cached_home ours=812/s peer=1000/s ratio=0.812 target=>=0.700 PASS"
    )
    assert within("catalogue.memory", 171, 160, "MB").line() == (
        "bench catalogue.memory ours=171MB peer=160MB ratio=1.07 target=<=1 SHORT"
    )


@pytest.mark.parametrize(
    ("ours", "target", "at_least", "passed"),
    [(70, 0.7, True, True), (69, 0.7, True, False), (25, 0.25, False, True), (26, 0.25, False, False)],
)
def test_a_bound_is_kept_or_missed(ours: float, target: float, at_least: bool, passed: bool) -> None:
    assert Result("x", ours, 100, "", target, at_least=at_least).passed is passed


def test_nothing_beside_nothing_is_kept_and_something_is_not() -> None:
    assert within("cookies", 0, 0).passed
    assert not within("cookies", 1, 0).passed


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (7, "7"),
        (0.0713, "0.0713"),
        (7.13, "7.13"),
        (71.34, "71.3"),
        (713.4, "713"),
        (7134.4, "7134"),
    ],
)
def test_numbers_have_three_digits_that_count(value: float, text: str) -> None:
    assert number(value) == text


def test_contestants_take_turns_and_the_median_counts() -> None:
    order: list[str] = []
    times = {"ours": iter([1.0, 9.0, 2.0]), "peer": iter([5.0, 5.0, 4.0])}

    def measure(name: str) -> float:
        order.append(name)
        return next(times[name])

    medians = interleave({name: lambda name=name: measure(name) for name in times}, rounds=3)
    assert medians == {"ours": 2.0, "peer": 5.0}
    assert order == ["ours", "peer"] * 3


def test_benches_and_their_parts_are_found_by_name() -> None:
    assert "catalogue" in benches()
    parts = chosen(["catalogue"])
    assert list(chosen(["catalogue.growth"])) == ["catalogue.growth"]
    assert set(parts) <= set(chosen([]))
    with pytest.raises(CannotMeasureError, match="nonsense"):
        chosen(["nonsense"])


def test_results_are_printed_as_they_come(capsys: pytest.CaptureFixture[str]) -> None:
    results = report(iter([within("a", 1, 2), within("b", 3, 2)]))
    assert next(results).passed
    assert capsys.readouterr().out == "bench a ours=1 peer=2 ratio=0.500 target=<=1 PASS\n"


BENCH_LOCK = "requirements-bench.lock"


def test_what_a_bench_compares_with_is_pinned_with_hashes_and_no_address() -> None:
    assert [requirement.split("~=")[0] for requirement in EXTRAS["bench"]] == ["django-appointment"]
    assert pins(BENCH_LOCK)["django-appointment"].startswith("3.12.")
    text = (ROOT / BENCH_LOCK).read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[\w.,\[\]-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pins(BENCH_LOCK))
    assert [block.split("\n")[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in text


def test_it_brings_no_other_versions_into_the_environment_of_the_tests() -> None:
    ours, theirs = pins("requirements-dev.lock"), pins(BENCH_LOCK)
    assert {
        name: (ours[name], theirs[name]) for name in ours.keys() & theirs.keys() if ours[name] != theirs[name]
    } == {}


def test_neither_the_product_nor_its_tests_need_it() -> None:
    assert "django-appointment" not in pins("requirements.lock") | pins("requirements-dev.lock")
    assert "appointment" not in settings.INSTALLED_APPS


def test_bookings_are_measured_in_three_parts() -> None:
    assert list(chosen(["bookings"])) == ["bookings.page", "bookings.slots", "bookings.speed"]


def test_pgbench_works_out_the_keys_of_the_counsellors_that_the_bench_makes() -> None:
    written = KEY.replace(":who::text", "'7'")
    assert written == "('00000000-0000-4000-8000-' || lpad('7', 12, '0'))::uuid"
    assert str(counsellor_key(7)) == "00000000-0000-4000-8000-" + "7".rjust(12, "0")


def test_the_load_is_made_without_django_and_no_program_is_loaded_with_the_benches() -> None:
    looked = "import sys, bench.programs.booking_client as client; print('django' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", looked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
    benches()
    assert [name for name in sys.modules if name.startswith("bench.programs.")] == []


def test_the_siege_has_six_parts_and_its_bounds() -> None:
    assert [name.removeprefix("siege.") for name in chosen(["siege"])] == [
        *("bodies", "heads", "readers", "postgresql", "valkey", "passwords")
    ]
    assert (siege.SECONDS, siege.PROBES_A_SECOND) == (60, 20)


def test_a_siege_without_its_weapon_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control must be beyond the bound: a former server that answers in time makes the line red."""
    monkeypatch.setattr(siege, "measured", lambda *_args, is_protected: (0.1, 0.2))
    lines = [result.line() for result in siege.part("x", siege.slow_bodies, 1, control_falls=True)()]
    assert [line.split()[-1] for line in lines] == ["PASS", "PASS", "SHORT"]
