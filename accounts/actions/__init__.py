"""Every change to accounts, one function a verb."""

from accounts.actions.audit import record
from accounts.actions.demo import make_demo_users
from accounts.actions.erasure import Kept, erase_user, kept_of, send_erase_code
from accounts.actions.exports import ask_for_export, forget_old_exports, make_export, restart_exports
from accounts.actions.people import (
    change_profile,
    fill_new_user,
    free_handle,
    give_sms_consent,
    remove_phone,
    send_phone_code,
    set_phone,
    withdraw_sms_consent,
)
from accounts.actions.roles import (
    accept_invitation,
    bind_role,
    grant_role,
    invite,
    prepare_roles,
    remove_role,
    withdraw_invitation,
)
from accounts.actions.safety import (
    close_sessions,
    open_account,
    shut_account,
    take_away_second_factor,
)
from accounts.actions.sessions import forget_old_sessions

__all__ = [
    "Kept",
    "accept_invitation",
    "ask_for_export",
    "bind_role",
    "change_profile",
    "close_sessions",
    "erase_user",
    "fill_new_user",
    "forget_old_exports",
    "forget_old_sessions",
    "free_handle",
    "give_sms_consent",
    "grant_role",
    "invite",
    "kept_of",
    "make_demo_users",
    "make_export",
    "open_account",
    "prepare_roles",
    "record",
    "remove_phone",
    "remove_role",
    "restart_exports",
    "send_erase_code",
    "send_phone_code",
    "set_phone",
    "shut_account",
    "take_away_second_factor",
    "withdraw_invitation",
    "withdraw_sms_consent",
]
