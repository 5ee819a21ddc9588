"""PostgreSQL and Valkey for `make demo` and `make test`: started here and stopped with us."""
