"""Measure the search against sets of questions with known answers."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from services import relevance

SETS = Path(settings.BASE_DIR) / "tests" / "services" / "relevance"
SUCCESS, RECIPROCAL_RANK = 0.90, 0.78  # what is asked of it


class Command(BaseCommand):
    """`manage.py measure_relevance [--set FILE] [--quiet]`: exit code 1 when a set falls short."""

    help = "Measure success@5 and MRR@10 of the search on sets of questions with known answers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which sets, and how much to say."""
        parser.add_argument("--set", dest="sets", action="append", type=Path, help="a file; more than once")
        parser.add_argument("--quiet", action="store_true", help="figures only, no misses")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask every question and print what was missed, then the figures."""
        paths = options["sets"] or sorted(SETS.glob("*.json"))
        if not paths:
            raise CommandError(f"No sets in {SETS}.")
        short = [path.name for path in paths if not self._measure(path, quiet=options["quiet"])]
        if short:
            raise CommandError(f"Short of the mark: {', '.join(short)}")

    def _measure(self, path: Path, *, quiet: bool) -> bool:
        answers = [relevance.ask(question) for question in relevance.read(path)]
        if not quiet:
            for answer in answers:
                if not answer.is_good or (answer.asked.expected and answer.rank != 1):
                    self._describe(answer)
        score = relevance.score(answers)
        self.stdout.write(
            f"{path.name}: {score.questions} questions, success@5 {score.success:.3f},"
            f" MRR@10 {score.reciprocal_rank:.3f};"
            f" nonsense {score.nonsense}, found {score.nonsense_found}"
        )
        return score.is_enough(success=SUCCESS, reciprocal_rank=RECIPROCAL_RANK)

    def _describe(self, answer: relevance.Answered) -> None:
        asked = answer.asked
        mark = "ok  " if answer.is_good else "MISS"
        self.stdout.write(
            f"{mark} {asked.language} {asked.kind:<18} “{asked.text}” place {answer.rank or '–'}"
            f"{'' if answer.exact else ' (near)'}"
            f" wanted {' '.join(sorted(asked.expected)) or 'nothing'}; got {' '.join(answer.keys[:5])}"
        )
