"""The catalogue: speed of its pages, growth with its size, queries, weight of a visit, memory."""

from __future__ import annotations

from bench.catalogue import growth, memory, queries, speed, weight
from bench.harness import Part

# Growth comes last: it fills the disk's cache with a database of its own.
PARTS: dict[str, Part] = {
    "speed": speed.run,
    "queries": queries.run,
    "weight": weight.run,
    "memory": memory.run,
    "growth": growth.run,
}
