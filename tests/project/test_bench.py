"""The benches' own arithmetic: lines that read alike, ratios, bounds, names."""

from __future__ import annotations

import pytest

from bench.harness import CannotMeasureError, Result, benches, chosen, interleave, number, report, within


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
