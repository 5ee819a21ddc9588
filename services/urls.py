"""Pages of the catalogue."""

from django.urls import path

from services.views import browse, search, service

app_name = "services"

urlpatterns = [
    path("services/", search.service_list, name="service_list"),
    path("services/search/", search.service_search, name="service_search"),
    path("services/suggest/", search.service_suggest, name="service_suggest"),
    path("services/<slug:key>/", service.service_detail, name="service_detail"),
    path("services/<slug:key>/print/", service.service_print, name="service_print"),
    path("services/<slug:key>/report/", service.service_report, name="service_report"),
    path("services/<slug:key>/report/done/", service.service_report_done, name="service_report_done"),
    path("saved/", service.saved_list, name="saved_list"),
    path("categories/", browse.category_list, name="category_list"),
    path("categories/<slug:key>/", browse.category_detail, name="category_detail"),
    path("phases/<slug:code>/", browse.phase_detail, name="phase_detail"),
    path("countries/", browse.country_list, name="country_list"),
    path("countries/<slug:iso2>/", browse.country_detail, name="country_detail"),
    path("providers/", browse.provider_list, name="provider_list"),
    path("providers/<slug:key>/", browse.provider_detail, name="provider_detail"),
    path("journeys/", browse.journey_list, name="journey_list"),
    path("journeys/<slug:key>/", browse.journey_detail, name="journey_detail"),
]
