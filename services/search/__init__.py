"""Search of the catalogue on PostgreSQL's text search: `search()` for results, `suggest()` while typing."""

from services.search.engine import search
from services.search.suggesting import suggest

__all__ = ["search", "suggest"]
