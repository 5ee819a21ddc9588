"""`python -m bench.programs NAME`: run a program of this folder that asks the database."""

from __future__ import annotations

import importlib
import sys

import django

if __name__ == "__main__":
    django.setup()
    importlib.import_module(f"bench.programs.{sys.argv[1]}").main()
