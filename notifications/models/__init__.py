"""The outbox: who should know what (Notification), and each message on each channel (Delivery)."""

from notifications.models.contact import Contact
from notifications.models.counted import DayCount
from notifications.models.delivery import Delivery
from notifications.models.notification import Notification
from notifications.models.preference import Preference, Schedule
from notifications.models.push import PushSubscription
from notifications.models.suppression import ProviderEvent, Suppression

__all__ = [
    "Contact",
    "DayCount",
    "Delivery",
    "Notification",
    "Preference",
    "ProviderEvent",
    "PushSubscription",
    "Schedule",
    "Suppression",
]
