"""Every change to bookings, rosters and queues, one function a verb."""

from counselling.actions.booking import (
    Client,
    book_hold,
    candidates_of,
    hold_slot,
    let_go,
    release_expired_holds,
)
from counselling.actions.changing import cancel_appointment, confirm_coming, move_appointment
from counselling.actions.claiming import Choice
from counselling.actions.devices import (
    add_device,
    counsellor_of_feed,
    device_of,
    renew_feed,
    revoke_device,
    revoke_feed,
)
from counselling.actions.office import book_for_client, everyone_at
from counselling.actions.queue import (
    back_into_queue,
    begin_session,
    call_next,
    close_the_day,
    complete_session,
    leave_queue,
    note_absence,
    note_arrival,
    recall,
    take_ticket,
    undo_arrival,
)
from counselling.actions.retention import forget_old
from counselling.actions.roster import (
    add_time_off,
    end_shift,
    remove_time_off,
    save_counsellor,
    save_shift,
    tell_of_conflicts,
)
from counselling.actions.waiting import (
    Wanted,
    decline_offer,
    expire_offers,
    join_waiting_list,
    leave_waiting_list,
    offer_freed_place,
    take_offer,
)

__all__ = [
    "Choice",
    "Client",
    "Wanted",
    "add_device",
    "add_time_off",
    "back_into_queue",
    "begin_session",
    "book_for_client",
    "book_hold",
    "call_next",
    "cancel_appointment",
    "candidates_of",
    "close_the_day",
    "complete_session",
    "confirm_coming",
    "counsellor_of_feed",
    "decline_offer",
    "device_of",
    "end_shift",
    "everyone_at",
    "expire_offers",
    "forget_old",
    "hold_slot",
    "join_waiting_list",
    "leave_queue",
    "leave_waiting_list",
    "let_go",
    "move_appointment",
    "note_absence",
    "note_arrival",
    "offer_freed_place",
    "recall",
    "release_expired_holds",
    "remove_time_off",
    "renew_feed",
    "revoke_device",
    "revoke_feed",
    "save_counsellor",
    "save_shift",
    "take_offer",
    "take_ticket",
    "tell_of_conflicts",
    "undo_arrival",
]
