"""Pages of the shop-fronts."""

from django.urls import path

from shopfronts import views

app_name = "shopfronts"

urlpatterns = [
    path("", views.shopfront_list, name="shopfront_list"),
    path("<slug:slug>/", views.shopfront_detail, name="shopfront_detail"),
]
