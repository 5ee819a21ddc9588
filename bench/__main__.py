"""`python -m bench [NAME...]`: run benches and write one line a result; 1 when a target is missed."""

from __future__ import annotations

import sys
import time

from bench import database
from bench.harness import CannotMeasureError, Result, chosen, report


def main(names: list[str]) -> int:
    """Run what the names ask for, all benches without a name."""
    began = time.monotonic()
    results: list[Result] = []
    complete = True
    try:
        database.point_here()
        parts = chosen(names)
        database.fill()
        for name, run in parts.items():
            started = time.monotonic()
            try:
                for result in report(run()):
                    results.append(result)
            except CannotMeasureError as error:
                complete = False
                print(f"{name}: {error}", file=sys.stderr, flush=True)
            print(f"# {name} took {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    except CannotMeasureError as error:
        print(error, file=sys.stderr)
        return 2
    short = [result.name for result in results if not result.passed]
    print(f"# {len(results)} results in {time.monotonic() - began:.0f} s", file=sys.stderr)
    if short:
        print(f"# short of the target: {', '.join(short)}", file=sys.stderr)
    return 0 if complete and not short else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
