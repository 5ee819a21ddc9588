"""Programs that benches start as processes of their own: `python -m bench.programs NAME` sets Django up first.

Nothing here is imported by a bench: settings and libraries differ from those of its own process.
"""
