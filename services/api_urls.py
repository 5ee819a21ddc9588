"""Open data for machines (HSDS); the other endpoints of that API stand beside this one as they come."""

from django.urls import path

from services.views import search

app_name = "hsds"

urlpatterns = [path("services", search.hsds_service_list, name="service_list")]
