"""Why a message did not go out, in words that the administration shows."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    """What stands in `Delivery.reason`; a server's or gateway's own words stand there as they came."""

    SWITCHED_OFF = "switched off", _("switched off by the person")
    READ = "read", _("read on the site before")
    DELETED = "deleted", _("deleted by the person")
    INACTIVE = "inactive", _("the account is shut or erased")
    NO_ADDRESS = "no address", _("no address or verified telephone")
    SUPPRESSED = "suppressed", _("the address is suppressed")
    NO_CONSENT = "no consent", _("no consent to be written to there")
    PAUSED = "paused", _("messages are paused")
    TOO_LATE = "too late", _("no longer useful")
    NO_DEVICE = "no device", _("no device for messages")
    NO_GATEWAY = "no gateway", _("this channel is not set up")
    NOTHING_LEFT = "nothing left", _("its contents were emptied")
    IN_DIGEST = "in digest", _("gathered into a digest")
    QUIET = "quiet hours", _("waits for the end of quiet hours")
    WORKER_LOST = "worker lost", _("a worker did not come back")
    OUT_OF_TIME = "out of time", _("left to another worker")
    UNKNOWN = "outcome unknown", _("it is not known whether it arrived; it is never repeated")
    NO_WORDS = "no words", _("its text could not be made")
    BOUNCED = "bounced", _("came back")
    COMPLAINED = "complained", _("its owner complained")


def in_words(reason: str) -> str:
    """A reason in the language in force."""
    return str(Reason(reason).label) if reason in Reason.values else reason
