"""For each template with a form that is posted: who opens which page, what is typed, which button is pressed.

`{names}` in an address or a selector are facts that `form_deeds` answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

STRANGER, MANAGER, FROM_OUTSIDE, FULL_DAY = "stranger", "manager", "from outside", "full day"
WRONG_CODE = {"[name=code]": "00000000"}
SUBMIT = "main form button[type=submit]"


@dataclass(frozen=True, slots=True)
class Row:
    """One press.

    `who` is a stranger, the manager, or the traits of a new member. `after` is another template whose row comes first,
    in the same browser; without a `path` its answer is the page. A choice is made in each of `typed` that is empty.
    `by_script` forms are sent as `passkeys.js` sends them, once the device has answered.
    """

    path: str = ""
    who: str | tuple[str, ...] = STRANGER
    press: str = SUBMIT
    typed: dict[str, str] = field(default_factory=dict)
    after: str = ""
    by_script: bool = False


def member(*traits: str) -> tuple[str, ...]:
    """Somebody with an account."""
    return traits


BOOK = "/ro/appointments/book/forms/general-advice/times/?language=ro&mode=in_person"
LOGIN = {"[name=login]": "{email}"}
EMAIL = {"[name=email]": "somebody@example.com"}
PEOPLE = {
    "account/_outside.html": Row("/ro/account/login/", press="form[action*='/google/'] button"),
    "account/_passkey_sign_in.html": Row("/ro/account/login/", press="[data-passkey]", by_script=True),
    "account/confirm_login_code.html": Row(
        after="account/signup.html", press="button[value=verify]", typed=WRONG_CODE
    ),
    "account/email_change.html": Row("/ro/account/email/", member("recent"), typed=EMAIL),
    "account/login.html": Row("/ro/account/login/", typed={"[name=login]": "somebody@example.com"}),
    "account/logout.html": Row("/ro/account/logout/", member()),
    "account/password_change.html": Row("/ro/account/password/change/", member("recent", "password")),
    "account/password_reset.html": Row("/ro/account/password/reset/", typed=EMAIL),
    "account/password_reset_from_key.html": Row("new password", typed={"[name=password1]": "12345"}),
    "account/password_set.html": Row("/ro/account/password/set/", member("recent")),
    "account/reauthenticate.html": Row("/ro/account/reauthenticate/", member("password")),
    "account/request_login_code.html": Row("/ro/account/login/code/", typed=EMAIL),
    "account/signup.html": Row("/ro/account/signup/", typed=EMAIL),
    "accounts/erase.html": Row("/ro/account/erase/", member("recent")),
    "accounts/erase_confirm.html": Row(
        after="accounts/erase.html", typed=WRONG_CODE | {"[name=understood]": ""}
    ),
    "accounts/export.html": Row("/ro/account/export/", member("recent")),
    "accounts/invitation.html": Row("/ro/account/invitation/{invitation}/", member("invited")),
    "accounts/my_account.html": Row("/ro/account/", member("phone"), press="form[action*='/remove/'] button"),
    "accounts/phone.html": Row(
        "/ro/account/phone/", member("recent"), typed={"[name=phone]": "060123456", "[name=consent]": ""}
    ),
    "accounts/phone_confirm.html": Row(after="accounts/phone.html", typed=WRONG_CODE),
    "accounts/profile.html": Row("/ro/account/profile/", member(), typed={"[name=legal_name]": "Ana"}),
    "mfa/_ask.html": Row("second factor", press="form:has([name=code]) button", typed=WRONG_CODE),
    "mfa/authenticate.html": Row("second factor", press="form[action$='/logout/'] button"),
    "mfa/reauthenticate.html": Row(
        "/ro/account/2fa/reauthenticate/", member("app"), typed={"[name=code]": "000000"}
    ),
    "mfa/recovery_codes/generate.html": Row(
        "/ro/account/2fa/recovery-codes/generate/", member("app", "recent")
    ),
    "mfa/totp/activate_form.html": Row(
        "/ro/account/2fa/totp/activate/", member("recent"), typed={"[name=code]": "000000"}
    ),
    "mfa/totp/deactivate_form.html": Row("/ro/account/2fa/totp/deactivate/", member("app", "recent")),
    "mfa/webauthn/add_form.html": Row(
        "/ro/account/2fa/webauthn/add/", member("recent"), press="[data-passkey]", by_script=True
    ),
    "mfa/webauthn/authenticator_confirm_delete.html": Row(
        "/ro/account/2fa/webauthn/keys/{passkey}/remove/", member("passkey", "recent")
    ),
    "mfa/webauthn/edit_form.html": Row(
        "/ro/account/2fa/webauthn/keys/{passkey}/edit/",
        member("passkey", "recent"),
        typed={"[name=name]": "Mine"},
    ),
    "mfa/webauthn/reauthenticate.html": Row(
        "/ro/account/2fa/webauthn/reauthenticate/", member("passkey"), press="[data-passkey]", by_script=True
    ),
    "socialaccount/connections.html": Row(
        "/ro/account/3rdparty/", member("outside", "recent", "password"), typed={"[name=account]": ""}
    ),
    "socialaccount/login.html": Row("/ro/account/google/login/"),
    "socialaccount/signup.html": Row("/ro/account/3rdparty/signup/", FROM_OUTSIDE, typed=EMAIL),
    "usersessions/usersession_list.html": Row("/ro/account/sessions/", member("twice")),
    "components/messages.html": Row(after="notifications/_line.html", press="[role=status] form button"),
    "notifications/_devices.html": Row(
        "/ro/messages/preferences/", member("device"), press="form[action*='/push/'][method=post] button"
    ),
    "notifications/_line.html": Row("/ro/messages/", member("news"), press="form[action$='/delete/'] button"),
    "notifications/_list.html": Row(
        "/ro/messages/", member("news"), press="form[action$='/read-all/'] button"
    ),
    "notifications/_pause.html": Row(
        "/ro/messages/preferences/",
        member(),
        press="form[action*='/pause/'] button",
        typed={"[name=length]": "day"},
    ),
    "notifications/notification_open.html": Row("/ro/messages/{notification}/open/", member("news")),
    "notifications/preferences.html": Row("/ro/messages/preferences/", member()),
    "notifications/unsubscribe.html": Row("/hooks/unsubscribe/{unsubscribe}/", member()),
}
PUBLIC = {
    "components/search_box.html": Row("/ro/", press=".search button[type=submit]", typed={"#q": "pensie"}),
    "services/service_report.html": Row("/ro/services/pension-italy/report/", typed={"[name=kind]": ""}),
    "counselling/_whose.html": Row("/ro/appointments/view/{whose}/", MANAGER, press="button[name=own]"),
    "counselling/appointment_cancel.html": Row("/ro/appointments/cancel/{cancel}/", MANAGER),
    "counselling/appointment_change.html": Row("/ro/appointments/change/{change}/", MANAGER, press=".slot"),
    "counselling/appointment_confirm.html": Row("/ro/appointments/coming/{coming}/", MANAGER),
    "counselling/appointment_find.html": Row(
        "/ro/appointments/find/", typed={"[name=reference]": "ABCDEFGH"}
    ),
    "counselling/book_contact.html": Row(
        after="counselling/book_times.html", press="main form button.button", typed={"[name=name]": "Nina"}
    ),
    "counselling/book_proof.html": Row(
        "/ro/appointments/book/code/", FULL_DAY, typed={"[name=contact]": "nina@example.com"}
    ),
    "counselling/book_times.html": Row(BOOK, press=".slot"),
    "counselling/offer.html": Row("/ro/appointments/offer/{offer}/", MANAGER, press="button[name=take]"),
    "counselling/waiting_entry.html": Row("/ro/appointments/waiting/{waiting}/", MANAGER),
    "counselling/waiting_join.html": Row(
        BOOK.replace("/times/", "/waiting/"),
        press="main form button.button",
        typed={"[name=name]": "Nina", "[name=contact]": "nina@example.com", "[name=wants_messages]": ""},
    ),
}
ROOM = {
    "counselling/room/_place.html": Row("/ro/room/place/{queue}/", MANAGER),
    "counselling/room/kiosk_language.html": Row(
        after="counselling/room/kiosk_reasons.html", press=".tap[name=language]"
    ),
    "counselling/room/kiosk_reasons.html": Row(
        "/en/room/kiosk/{kiosk}/ticket/", MANAGER, press=".tap[name=reason]"
    ),
    "counselling/room/kiosk_reference.html": Row(
        "/ro/room/kiosk/{kiosk}/reference/", MANAGER, press="[data-done]"
    ),
    "counselling/room/kiosk_times.html": Row("/ro/room/kiosk/{kiosk}/time/", MANAGER, press=".tap[name=at]"),
}
DESK = {
    "counselling/desk/_card.html": Row("/ro/desk/", MANAGER, press="article form button[id$='{card}']"),
    "counselling/desk/_done.html": Row("/ro/desk/", MANAGER, press="#done form button"),
    "counselling/desk/_left_open.html": Row("/ro/desk/", MANAGER, press="button[id^=missed-]"),
    "counselling/desk/appointment.html": Row("/ro/desk/appointments/{appointment}/", MANAGER),
    "counselling/desk/board.html": Row(
        "/ro/desk/", MANAGER, press="#call-next", typed={"[name=number]": "3"}
    ),
    "counselling/desk/book.html": Row(
        "/ro/desk/book/", MANAGER, press="button[name=time]", typed={"[name=name]": "Nina"}
    ),
    "counselling/desk/cancel_day.html": Row("/ro/desk/conflicts/{day}/", MANAGER, press="main form button"),
    "counselling/desk/counsellor.html": Row("/ro/desk/roster/counsellors/{counsellor}/", MANAGER),
    "counselling/desk/devices.html": Row(
        "/ro/desk/devices/",
        MANAGER,
        press="form[novalidate] button",
        typed={"[name=label]": "Door"},
    ),
    "counselling/desk/feed.html": Row("/ro/desk/calendar/", MANAGER),
    "counselling/desk/move.html": Row(
        "/ro/desk/appointments/{moved}/move/", MANAGER, press="button[name=time]", typed={"[name=why]": "Ana"}
    ),
    "counselling/desk/shift.html": Row("/ro/desk/roster/shifts/add/", MANAGER),
    "counselling/desk/ticket.html": Row("/ro/desk/ticket/", MANAGER, typed={"[name=name]": "Ion"}),
    "counselling/desk/time_off.html": Row("/ro/desk/time-off/", MANAGER, press="form[novalidate] button"),
    "counselling/desk/unproved.html": Row(
        "/ro/desk/unproved/",
        MANAGER,
        press="main form[method=post] button",
        typed={"li:has-text('Freed') [name=key]": ""},
    ),
    "counselling/desk/unproved_free.html": Row(
        after="counselling/desk/unproved.html", press="button[name=sure]"
    ),
    "counselling/desk/waiting_list.html": Row(
        "/ro/desk/waiting-list/", MANAGER, press="form[action*='{listed}'] button"
    ),
}
ROWS: dict[str, Row] = PUBLIC | PEOPLE | ROOM | DESK
