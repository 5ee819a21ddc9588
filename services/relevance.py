"""How good the search is: a set of questions with the services that answer them, and two figures."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from services.search import search
from services.search.types import SearchRequest

DEPTH = 10  # results looked at
NEAR_TOP = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, where it is asked, and the keys of the services that answer it; none for nonsense."""

    text: str
    language: str
    expected: frozenset[str]
    kind: str = "plain"


@dataclass(frozen=True, slots=True)
class Answered:
    """What the search made of a question."""

    asked: Asked
    keys: tuple[str, ...]
    exact: bool

    @property
    def rank(self) -> int | None:
        """Place of the first right answer among the first ten, from 1."""
        places = (place for place, key in enumerate(self.keys, 1) if key in self.asked.expected)
        return next(places, None)

    @property
    def is_good(self) -> bool:
        """A right answer among the first five; for nonsense, no answer at all."""
        if not self.asked.expected:
            return not self.exact and not self.keys
        return self.rank is not None and self.rank <= NEAR_TOP


@dataclass(frozen=True, slots=True)
class Score:
    """Figures over the questions that have an answer; nonsense is counted apart."""

    questions: int
    success: float  # share with a right answer among the first five
    reciprocal_rank: float  # mean of 1/place of the first right answer among the first ten
    nonsense: int
    nonsense_found: int

    def is_enough(self, *, success: float, reciprocal_rank: float) -> bool:
        """Whether both figures are reached, where there is anything to reach, and nonsense finds nothing."""
        reached = self.success >= success and self.reciprocal_rank >= reciprocal_rank
        return (reached or not self.questions) and not self.nonsense_found


def read(path: Path) -> list[Asked]:
    """A set from its file: {"queries": [{"q", "lang", "expect", "kind"}]}."""
    queries = json.loads(path.read_text(encoding="utf-8"))["queries"]
    return [
        Asked(query["q"], query["lang"], frozenset(query["expect"]), query.get("kind", "plain"))
        for query in queries
    ]


def ask(question: Asked) -> Answered:
    """Search as the page does."""
    result = search(SearchRequest(language=question.language, text=question.text, per_page=DEPTH))
    return Answered(question, tuple(service.key for service in result.items), result.exact)


def score(answers: Iterable[Answered]) -> Score:
    """Success among the first five, mean reciprocal rank among the first ten, nonsense found."""
    real: list[Answered] = []
    nonsense: list[Answered] = []
    for answer in answers:
        (real if answer.asked.expected else nonsense).append(answer)
    size = max(len(real), 1)
    return Score(
        questions=len(real),
        success=sum(answer.is_good for answer in real) / size,
        reciprocal_rank=sum(1 / answer.rank for answer in real if answer.rank) / size,
        nonsense=len(nonsense),
        nonsense_found=sum(not answer.is_good for answer in nonsense),
    )
