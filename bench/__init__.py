"""Measurements: a module or package here that has PARTS is one bench; `python -m bench NAME...` runs it."""
