"""Pages that belong to no single app."""

from django.urls import path

from portal.views import machines, pages

app_name = "portal"

urlpatterns = [
    path("", pages.home, name="home"),
    path("about/", pages.about, name="about"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("help-now/", pages.help_now, name="help_now"),
    path("offline/", pages.offline, name="offline"),
    path("manifest.webmanifest", machines.manifest, name="manifest"),
]
