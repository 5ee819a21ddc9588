"""Doors for machines: providers’ reports, one-click unsubscribe."""

app_name = "hooks"

urlpatterns: list[object] = []
