"""Python's logging: one JSON object a line, with the id of the request and of the work that follows from it."""

import logging
import re
from typing import Any

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-"
# Links to one's own things carry a token as a part of their path; whoever reads a log must not be able to use them.
TOKEN = re.compile(rf"(?<=/)(?!{UUID})[A-Za-z0-9_-]{{20,}}(?:[.:][A-Za-z0-9_-]{{6,}})*")


QUERY = re.compile(r"\?[^\s'\"<>]+")  # what somebody searched for may be a cry for help


class HideTokens(logging.Filter):
    """Takes tokens, and the words of searches, out of addresses before they are written."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without tokens."""
        record.msg, record.args = TOKEN.sub("…", record.getMessage()), ()
        if hasattr(record, "request"):
            record.request = QUERY.sub("?…", TOKEN.sub("…", str(record.request)))
        return True


def log_config(*, formatter: str, level: str) -> dict[str, Any]:
    """The configuration for `logging.config.dictConfig`; `formatter` is json or plain."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "request_id": {"()": "django_guid.log_filters.CorrelationId"},
            "no_tokens": {"()": HideTokens},
        },
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
                "filters": ["request_id", "no_tokens"],
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
