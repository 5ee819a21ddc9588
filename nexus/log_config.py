"""Python's logging: one JSON object a line, with the id of the request and of the work that follows from it."""

from typing import Any


def log_config(*, formatter: str, level: str) -> dict[str, Any]:
    """The configuration for `logging.config.dictConfig`; `formatter` is json or plain."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": "django_guid.log_filters.CorrelationId"}},
        "formatters": {
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "format": "%(levelname)s %(name)s %(correlation_id)s %(message)s",
                "timestamp": "at",  # in UTC, with its zone
                "rename_fields": {"levelname": "level", "name": "logger", "correlation_id": "request_id"},
            },
            "plain": {"format": "%(levelname)s %(name)s [%(correlation_id)s] %(message)s"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "filters": ["request_id"],
                "formatter": formatter,
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            "django_guid": {"level": "WARNING"},
        },
    }
