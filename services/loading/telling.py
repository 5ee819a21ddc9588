"""What a load says to whoever started it."""

from __future__ import annotations

import sys

from django.core.management.base import OutputWrapper

from services.loading.loader import Outcome


def tell(outcome: Outcome, out: OutputWrapper, faults: OutputWrapper, *, dry_run: bool) -> None:
    """Say what was done; when a record is wrong, name every fault and exit with 1."""
    if outcome.problems:
        for problem in outcome.problems:
            faults.write(str(problem))
        faults.write(f"{len(outcome.problems)} problems, nothing was written.")
        sys.exit(1)
    for report in outcome.reports:
        out.write(
            f"{report.kind}: {report.created} created, {report.updated} updated, {report.unchanged} unchanged"
        )
        if report.kept:
            out.write(f"  kept, edited here since the last import: {', '.join(report.kept)}")
        if report.absent:
            out.write(f"  no longer in the files, left as they are: {', '.join(report.absent)}")
    if dry_run:
        out.write("Dry run: nothing was written.")
