"""Application configuration."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """What people should know, and how it reaches them."""

    name = "notifications"
