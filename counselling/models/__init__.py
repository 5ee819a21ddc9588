"""What the booking of counselling keeps."""

from counselling.models.appointment import (
    REFERENCE_LETTERS,
    Appointment,
    AppointmentQuerySet,
    TicketCounter,
    TsTzRange,
)
from counselling.models.device import Device
from counselling.models.log import AppointmentStep
from counselling.models.proof import Proof
from counselling.models.reason import Mode, Reason
from counselling.models.roster import DESK_ROLES, Counsellor, Shift, TimeOff, colleagues_at
from counselling.models.safety import SafeContact
from counselling.models.waiting import Offer, WaitingEntry
from counselling.states import Status

__all__ = [
    "DESK_ROLES",
    "REFERENCE_LETTERS",
    "Appointment",
    "AppointmentQuerySet",
    "AppointmentStep",
    "Counsellor",
    "Device",
    "Mode",
    "Offer",
    "Proof",
    "Reason",
    "SafeContact",
    "Shift",
    "Status",
    "TicketCounter",
    "TimeOff",
    "TsTzRange",
    "WaitingEntry",
    "colleagues_at",
]
