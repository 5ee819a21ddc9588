"""Routes of the waiting room: the tablet at the door, the call-up screen, a person's own place in the queue."""

from __future__ import annotations

from django.urls import path

from counselling.views import room, room_kiosk

app_name = "room"
urlpatterns = [
    path("kiosk/<str:token>/", room_kiosk.kiosk, name="kiosk"),
    path("kiosk/<str:token>/start/", room_kiosk.kiosk_start, name="kiosk_start"),
    path("kiosk/<str:token>/ticket/", room_kiosk.kiosk_ticket, name="kiosk_ticket"),
    path("kiosk/<str:token>/time/", room_kiosk.kiosk_time, name="kiosk_time"),
    path("kiosk/<str:token>/reference/", room_kiosk.kiosk_reference, name="kiosk_reference"),
    path("kiosk/<str:token>/number/<str:place>/", room_kiosk.kiosk_number, name="kiosk_number"),
    path("screen/<str:token>/", room.screen, name="screen"),
    path("screen/<str:token>/state/", room.screen_state, name="screen_state"),
    path("place/<str:token>/", room.place, name="place"),
    path("place/<str:token>/leave/", room.place_leave, name="place_leave"),
]
