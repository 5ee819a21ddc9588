"""PostgreSQL as Django knows it, with an end to waiting: the database backend of the settings."""
