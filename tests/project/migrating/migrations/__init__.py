"""A table, a slow statement, a lock."""
