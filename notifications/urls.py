"""Routes of messages."""

app_name = "notifications"

urlpatterns: list[object] = []
