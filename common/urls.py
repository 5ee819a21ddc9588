"""Health of the process and of what it leans on."""

from django.urls import path

from common import views

app_name = "health"

urlpatterns = [
    path("live", views.live, name="live"),
    path("ready", views.ready, name="ready"),
]
