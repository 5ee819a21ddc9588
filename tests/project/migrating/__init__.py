"""An app whose migrations are slow, or need a lock: what a release over a grown table looks like."""
