"""Doors for machines: providers' reports, one-click unsubscribe."""

from django.urls import path

from notifications.views import hooks

app_name = "hooks"

urlpatterns = [
    path("unsubscribe/<str:token>/", hooks.unsubscribe, name="unsubscribe"),
    path("mail/<slug:provider>/", hooks.mail_provider, name="mail_provider"),
    path("sms/", hooks.sms_report, name="sms_report"),
]
