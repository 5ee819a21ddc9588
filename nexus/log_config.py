"""Python's logging: one JSON object a line, with the id of the request and of the work that follows from it."""

import logging
import re
from typing import Any

from pythonjsonlogger.json import JsonFormatter as JsonLines

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-"
# Links to one's own things carry a token as a part of their path; whoever reads a log must not be able to use them.
TOKEN = re.compile(rf"(?<=/)(?!{UUID})[A-Za-z0-9_-]{{20,}}(?:[.:][A-Za-z0-9_-]{{6,}})*")


QUERY = re.compile(r"\?[^\s'\"<>]+")  # what somebody searched for may be a cry for help
# "DETAIL: Key (email)=(…) already exists", "Failing row contains (…)": up to the next traceback, for values have lines.
ROWS = re.compile(
    r"((?:\n|\\n)(?:DETAIL|CONTEXT|QUERY): ).*?(?=\n\n(?:The above|During handling)|\Z)", re.DOTALL
)


class HideTokens(logging.Filter):
    """Takes tokens, and the words of searches, out of addresses before they are written; and rows out of quoted errors."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without tokens."""
        record.msg, record.args = ROWS.sub(r"\1…", TOKEN.sub("…", record.getMessage())), ()
        if hasattr(record, "request"):
            record.request = QUERY.sub("?…", TOKEN.sub("…", str(record.request)))
        return True


class WithoutRows:
    """Beside a formatter: errors of PostgreSQL stand in the log without the rows that they quote."""

    def formatException(self, error: Any) -> str:  # noqa: N802  # logging's name
        """The traceback."""
        return ROWS.sub(r"\1…", super().formatException(error))  # type: ignore[misc]  # of logging.Formatter


class JsonFormatter(WithoutRows, JsonLines):
    """One JSON object a line."""


class PlainFormatter(WithoutRows, logging.Formatter):
    """Readable lines."""


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
                "()": JsonFormatter,
                "format": "%(levelname)s %(name)s %(correlation_id)s %(message)s",
                "timestamp": "at",  # in UTC, with its zone
                "rename_fields": {"levelname": "level", "name": "logger", "correlation_id": "request_id"},
            },
            "plain": {
                "()": PlainFormatter,
                "format": "%(levelname)s %(name)s [%(correlation_id)s] %(message)s",
            },
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
