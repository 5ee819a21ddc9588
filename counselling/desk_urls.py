"""The pages of counsellors and managers."""

from __future__ import annotations

from django.urls import path

from counselling.views.desk import (
    appointments,
    board,
    booking,
    conflicts,
    devices,
    feed,
    roster,
    time_off,
    unproved,
    waiting,
)

app_name = "desk"
urlpatterns = [
    path("", board.board, name="board"),
    path("lanes/", board.lanes, name="lanes"),
    path("call/", board.call_next, name="call_next"),
    path("ticket/", booking.ticket, name="ticket"),
    path("ticket/<uuid:pk>/", booking.ticket_given, name="ticket_given"),
    path("book/", booking.book, name="book"),
    path("book/times/", booking.times, name="times"),
    path("appointments/<uuid:pk>/", appointments.appointment, name="appointment"),
    path("appointments/<uuid:pk>/booked/", booking.booked, name="booked"),
    path("appointments/<uuid:pk>/move/", appointments.move, name="move"),
    path("appointments/<uuid:pk>/move/times/", appointments.move_times, name="move_times"),
    path("appointments/<uuid:pk>/cancel/", appointments.cancel, name="cancel"),
    path("appointments/<uuid:pk>/step/<slug:name>/", board.step, name="step"),
    path("conflicts/", conflicts.conflicts, name="conflicts"),
    path("conflicts/<int:year>-<int:month>-<int:day>/", conflicts.cancel_day, name="cancel_day"),
    path("roster/", roster.roster, name="roster"),
    path("roster/shifts/add/", roster.shift_add, name="shift_add"),
    path("roster/shifts/<uuid:pk>/", roster.shift, name="shift"),
    path("roster/shifts/<uuid:pk>/end/", roster.shift_end, name="shift_end"),
    path("roster/counsellors/add/", roster.counsellor_add, name="counsellor_add"),
    path("roster/counsellors/<uuid:pk>/", roster.counsellor, name="counsellor"),
    path("time-off/", time_off.time_off, name="time_off"),
    path("time-off/<uuid:pk>/remove/", time_off.time_off_remove, name="time_off_remove"),
    path("devices/", devices.devices, name="devices"),
    path("devices/<uuid:pk>/revoke/", devices.device_revoke, name="device_revoke"),
    path("calendar/", feed.feed, name="feed"),
    path("calendar/revoke/", feed.feed_revoke, name="feed_revoke"),
    path("unproved/", unproved.unproved, name="unproved"),
    path("unproved/free/", unproved.unproved_free, name="unproved_free"),
    path("waiting-list/", waiting.waiting_list, name="waiting_list"),
    path("waiting-list/<uuid:pk>/remove/", waiting.waiting_remove, name="waiting_remove"),
]
