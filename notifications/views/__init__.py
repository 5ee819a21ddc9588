"""Pages of messages, and doors for machines."""
