"""Pages of people's own accounts."""
