"""Every change to the outbox, one function a verb."""

from notifications.actions.addresses import (
    lift_suppression,
    remove_push,
    subscribe_push,
    suppress_address,
    take_provider_event,
)
from notifications.actions.mending import purge, send_again
from notifications.actions.notifying import (
    cancel_notifications,
    notify,
    notify_many,
    still_planned,
    was_told,
)
from notifications.actions.reading import (
    delete_notification,
    mark_all_read,
    mark_read,
    mark_unread,
    restore_notification,
)
from notifications.actions.wishes import pause, resume, set_preferences, set_schedule, set_wanted

__all__ = [
    "cancel_notifications",
    "delete_notification",
    "lift_suppression",
    "mark_all_read",
    "mark_read",
    "mark_unread",
    "notify",
    "notify_many",
    "pause",
    "purge",
    "remove_push",
    "restore_notification",
    "resume",
    "send_again",
    "set_preferences",
    "set_schedule",
    "set_wanted",
    "still_planned",
    "subscribe_push",
    "suppress_address",
    "take_provider_event",
    "was_told",
]
