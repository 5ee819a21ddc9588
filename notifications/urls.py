"""Routes of messages."""

from django.urls import path, re_path

from notifications.views import messages, preferences

app_name = "notifications"
NUMBER = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
DEED = rf"^(?P<pk>{NUMBER})/(?P<deed>read|unread|delete|restore)/$"

urlpatterns = [
    path("", messages.notification_list, name="notification_list"),
    path("bell/", messages.bell, name="bell"),
    path("read-all/", messages.read_all, name="read_all"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("preferences/schedule/", preferences.schedule, name="schedule"),
    path("preferences/pause/", preferences.pause, name="pause"),
    path("push/", preferences.push_subscribe, name="push_subscribe"),
    path("push/<int:pk>/remove/", preferences.push_remove, name="push_remove"),
    path("<uuid:pk>/open/", messages.notification_open, name="notification_open"),
    re_path(DEED, messages.notification_change, name="notification_change"),
]
