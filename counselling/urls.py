"""Routes of bookings, for everyone."""

from django.urls import path

from counselling.views import booking, contact, manage, mine, proving, waiting

app_name = "counselling"

urlpatterns = [
    path("", booking.book_start, name="book_start"),
    path("book/contact/", contact.book_contact, name="book_contact"),
    path("book/code/", proving.book_proof, name="book_proof"),
    path("book/release/", booking.book_release, name="book_release"),
    path("book/<slug:place>/", booking.book_reason, name="book_reason"),
    path("book/<slug:place>/<slug:reason>/", booking.book_how, name="book_how"),
    path("book/<slug:place>/<slug:reason>/times/", booking.book_times, name="book_times"),
    path("book/<slug:place>/<slug:reason>/waiting/", waiting.waiting_join, name="waiting_join"),
    path("mine/", mine.my_appointments, name="my_appointments"),
    path("find/", mine.appointment_find, name="appointment_find"),
    path("view/<str:token>/", manage.appointment_view, name="appointment_view"),
    path("view/<str:token>/nexus.ics", manage.appointment_calendar, name="appointment_calendar"),
    path("change/<str:token>/", manage.appointment_change, name="appointment_change"),
    path("cancel/<str:token>/", manage.appointment_cancel, name="appointment_cancel"),
    path("coming/<str:token>/", manage.appointment_confirm, name="appointment_confirm"),
    path("offer/<str:token>/", waiting.offer, name="offer"),
    path("waiting/<str:token>/", waiting.waiting_leave, name="waiting_leave"),
]
