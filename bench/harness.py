"""What every bench shares: one line a result, medians, rounds in turn, the registry of benches."""

from __future__ import annotations

import importlib
import pkgutil
import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType

import bench

Part = Callable[[], Iterator["Result"]]


class CannotMeasureError(Exception):
    """A tool is missing or the product does not answer; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Result:
    """Ours beside its peer, and the bound that their ratio must keep.

    The peer is what ours is compared with: another page, a smaller catalogue, or the limit that was promised.
    """

    name: str
    ours: float
    peer: float
    unit: str
    target: float
    at_least: bool  # whether the ratio must reach the target or stay within it

    @property
    def ratio(self) -> float:
        """Ours divided by its peer; a peer of nothing can only be met by nothing."""
        if self.peer:
            return self.ours / self.peer
        return 0.0 if not self.ours else float("inf")

    @property
    def passed(self) -> bool:
        """Whether the bound is kept."""
        return self.ratio >= self.target if self.at_least else self.ratio <= self.target

    def line(self) -> str:
        """The result as every bench writes it."""
        sign = ">=" if self.at_least else "<="
        return (
            f"bench {self.name} ours={number(self.ours)}{self.unit} peer={number(self.peer)}{self.unit}"
            f" ratio={number(self.ratio)} target={sign}{number(self.target)}"
            f" {'PASS' if self.passed else 'SHORT'}"
        )


def number(value: float) -> str:
    """Three digits that count, never an exponent: 0.0713, 7.13, 713, 71300."""
    if value == float("inf"):
        return "inf"
    if abs(value) >= 1000 or value == int(value):
        return f"{value:.0f}"
    digits = 2
    size = abs(value)
    while size >= 10 and digits:
        size /= 10
        digits -= 1
    while size < 1 and size:
        size *= 10
        digits += 1
    return f"{value:.{digits}f}"


def within(name: str, ours: float, limit: float, unit: str = "") -> Result:
    """A figure that must not be above a limit."""
    return Result(name, ours, limit, unit, 1, at_least=False)


def interleave(contestants: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median of each over some rounds in which all take their turn, so that a slow moment meets all."""
    seen: dict[str, list[float]] = {name: [] for name in contestants}
    for _round in range(rounds):
        for name, measure in contestants.items():
            seen[name].append(measure())
    return {name: statistics.median(values) for name, values in seen.items()}


def benches() -> dict[str, ModuleType]:
    """Benches by name."""
    found = {}
    for info in pkgutil.iter_modules(bench.__path__):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"bench.{info.name}")
        if hasattr(module, "PARTS"):
            found[info.name] = module
    return found


def chosen(names: Sequence[str]) -> dict[str, Part]:
    """The parts that names ask for, `catalogue` or `catalogue.growth`; all of them without a name.

    Raises CannotMeasureError for a name that is none.
    """
    parts = {
        f"{name}.{part}": run for name, module in benches().items() for part, run in module.PARTS.items()
    }
    picked = {}
    for wanted in names or list(parts):
        hits = {name: run for name, run in parts.items() if name == wanted or name.startswith(f"{wanted}.")}
        if not hits:
            raise CannotMeasureError(f"No bench is called {wanted!r}; there are: {', '.join(parts)}.")
        picked |= hits
    return picked


def report(results: Iterable[Result]) -> Iterator[Result]:
    """Print each result as soon as it is there, and pass it on."""
    for result in results:
        print(result.line(), flush=True)
        yield result
