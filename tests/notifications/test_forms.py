"""What people choose: the matrix, quiet hours, digests, the pause."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Consent, User
from common.message_kinds import Category, Channel
from notifications.forms import PauseForm, PreferencesForm, ScheduleForm
from notifications.models import Preference, Schedule
from notifications.preferences import FIXED
from tests.factories.accounts import CuratorFactory, UserFactory, sign_in
from tests.factories.notifications import PreferenceFactory, ScheduleFactory

pytestmark = pytest.mark.django_db

PAGE = "/ro/messages/preferences/"
PAUSE = "/ro/messages/preferences/pause/"
SCHEDULE = "/ro/messages/preferences/schedule/"
NOW = dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.UTC)
HOURS = {"quiet_from": "22:00", "quiet_until": "07:00", "digest_at": "08:00", "digest_weekday": "0"}


@pytest.fixture(autouse=True)
def channels_are_set_up(settings: Any) -> None:
    """SMS and web push have what they need."""
    settings.SMS_GATEWAY_URL = "https://gateway.example/send"
    settings.VAPID_PUBLIC_KEY = settings.VAPID_PRIVATE_KEY = "BAbc"


@pytest.fixture
def frozen() -> Iterator[None]:
    """A clock that stands."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def person() -> User:
    """Who chooses; SMS may come."""
    user = UserFactory.create(phone="+37360123456", phone_verified_at=timezone.now())
    Consent.objects.create(user=user, purpose=Consent.Purpose.SMS, wording="1")
    return user


@pytest.fixture
def browser(person: User) -> Client:
    """A browser in which the person is signed in."""
    client = Client()
    sign_in(client, person)
    return client


def as_shown(user: User) -> dict[str, Any]:
    """What the page sends when nothing was touched."""
    form = PreferencesForm(user=user)
    return {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}


def page(browser: Client) -> str:
    """The page of preferences as text."""
    answer = browser.get(PAGE)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return answer.content.decode()


# ---- The matrix


def test_the_matrix_has_a_field_for_each_cell_that_can_change(person: User) -> None:
    cells = {
        f"{category}-{channel}"
        for category in Category
        for channel in Channel
        if category != Category.WORK and (category, channel) not in FIXED
    }
    assert set(PreferencesForm(user=person).fields) == cells


def test_digests_are_offered_by_mail_alone(person: User) -> None:
    for name, field in PreferencesForm(user=person).fields.items():
        offered = {value for value, _label in field.choices}  # type: ignore[attr-defined]  # a choice field
        wanted = {"off", "at_once", "daily", "weekly"} if name.endswith("-email") else {"off", "at_once"}
        assert offered == wanted, name


def test_work_is_offered_to_staff_alone(person: User) -> None:
    assert "work-email" not in PreferencesForm(user=person).fields
    assert "work-email" in PreferencesForm(user=CuratorFactory.create()).fields


def test_what_was_said_before_is_shown(person: User) -> None:
    PreferenceFactory.create(user=person, category="community", channel="email", frequency="weekly")
    assert as_shown(person)["community-email"] == "weekly"


def test_saving_keeps_what_was_chosen(browser: Client, person: User) -> None:
    answer = browser.post(PAGE, as_shown(person) | {"community-email": "off"})
    assert (answer.status_code, answer["Location"]) == (303, PAGE)
    assert Preference.objects.get(user=person, category="community", channel="email").frequency == "off"
    assert 'role="status"' in page(browser)  # says that it was saved


def test_saving_keeps_only_what_was_changed(browser: Client, person: User) -> None:
    browser.post(PAGE, as_shown(person) | {"community-email": "off"})
    assert Preference.objects.filter(user=person).count() == 1  # the rest follows the defaults of the day


def test_saving_twice_is_once_and_back_is_back(browser: Client, person: User) -> None:
    chosen = as_shown(person) | {"community-email": "off"}
    for _time in range(2):
        assert browser.post(PAGE, chosen).status_code == 303
    assert Preference.objects.count() == 1
    assert browser.post(PAGE, chosen | {"community-email": "daily"}).status_code == 303
    assert Preference.objects.get().frequency == "daily"


def test_nobody_elses_wishes_change(browser: Client, person: User) -> None:
    other = PreferenceFactory.create(category="community", channel="email", frequency="weekly")
    browser.post(PAGE, as_shown(person) | {"community-email": "off", "user": str(other.user_id)})
    other.refresh_from_db()
    assert other.frequency == "weekly"


@pytest.mark.parametrize(("name", "value"), [("community-in_app", "daily"), ("community-email", "hourly")])
def test_what_is_not_offered_is_refused_with_a_summary(
    name: str, value: str, browser: Client, person: User
) -> None:
    answer = browser.post(PAGE, as_shown(person) | {name: value})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'role="alert"' in text
    assert f'href="#id_{name}"' in text
    assert f'id="id_{name}"' in text
    assert not Preference.objects.exists()


def test_what_cannot_be_switched_off_is_shown_as_fixed(browser: Client, person: User) -> None:
    browser.post(PAGE, as_shown(person) | {"security-email": "off", "security-in_app": "off"})
    assert not Preference.objects.filter(category="security", frequency="off", channel="email").exists()
    text = page(browser)
    assert 'name="security-email"' not in text
    assert str(Category.SECURITY.label) in text


def test_every_choice_has_a_label(browser: Client) -> None:
    text = page(browser)
    fields = re.findall(r'<(?:select|input)[^>]*\bid="([^"]+)"', text)
    labels = set(re.findall(r'<label[^>]*\bfor="([^"]+)"', text))
    assert fields
    assert set(fields) <= labels
    assert len(fields) == len(set(fields))


def test_without_a_confirmed_number_sms_is_not_offered_but_explained(browser: Client, person: User) -> None:
    User.objects.filter(pk=person.pk).update(phone="", phone_verified_at=None)
    text = page(browser)
    assert 'name="appointments-sms"' not in text
    assert reverse("accounts:phone") in text


def test_without_consent_sms_is_not_offered(browser: Client, person: User) -> None:
    Consent.objects.update(withdrawn_at=timezone.now())
    assert 'name="appointments-sms"' not in page(browser)


def test_saving_without_sms_leaves_earlier_words_about_sms(browser: Client, person: User) -> None:
    PreferenceFactory.create(user=person, category="community", channel="sms", frequency="at_once")
    Consent.objects.update(withdrawn_at=timezone.now())
    chosen = {name: value for name, value in as_shown(person).items() if not name.endswith("-sms")}
    assert browser.post(PAGE, chosen | {"community-email": "off"}).status_code == 303
    assert Preference.objects.get(user=person, channel="sms").frequency == "at_once"


def test_a_portal_without_sms_does_not_speak_of_it(browser: Client, settings: Any) -> None:
    settings.SMS_GATEWAY_URL = ""
    text = page(browser)
    assert "-sms" not in text
    assert "SMS:" not in text


def test_the_page_takes_the_same_number_of_queries_whatever_was_said(
    browser: Client, person: User, django_assert_max_num_queries: Any
) -> None:
    for category in ("appointments", "services", "community"):
        for channel in Channel.values:
            PreferenceFactory.create(user=person, category=category, channel=channel, frequency="off")
    with django_assert_max_num_queries(8):
        page(browser)


def test_preferences_are_for_members(client: Client) -> None:
    for answer in (client.get(PAGE), client.post(PAGE), client.post(PAUSE), client.post(SCHEDULE)):
        assert answer.status_code == 302
        assert "/account/login/" in answer["Location"]


def test_looking_keeps_nothing(browser: Client) -> None:
    page(browser)
    assert not Preference.objects.exists()
    assert not Schedule.objects.exists()
    assert browser.get(PAUSE).status_code == 405
    assert browser.get(SCHEDULE).status_code == 405


# ---- Quiet hours and digests


def test_quiet_hours_and_digests_are_kept(browser: Client, person: User) -> None:
    assert browser.post(SCHEDULE, HOURS | {"digest_weekday": "6", "digest_at": "19:00"}).status_code == 303
    found = Schedule.objects.get(user=person)
    assert (found.quiet_from, found.quiet_until) == (dt.time(22), dt.time(7))
    assert (found.digest_at, found.digest_weekday) == (dt.time(19), 6)


def test_quiet_hours_can_be_taken_back(browser: Client, person: User) -> None:
    ScheduleFactory.create(user=person)
    assert browser.post(SCHEDULE, HOURS | {"quiet_from": "", "quiet_until": ""}).status_code == 303
    found = Schedule.objects.get(user=person)
    assert (found.quiet_from, found.quiet_until) == (None, None)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"quiet_until": ""}, "quiet_until"),
        ({"quiet_from": ""}, "quiet_from"),
        ({"quiet_until": "22:00"}, "quiet_until"),
        ({"quiet_from": "25:00"}, "quiet_from"),
        ({"quiet_from": "seara"}, "quiet_from"),
        ({"digest_at": ""}, "digest_at"),
        ({"digest_weekday": "7"}, "digest_weekday"),
        ({"digest_weekday": "-1"}, "digest_weekday"),
        ({"digest_weekday": "luni"}, "digest_weekday"),
    ],
)
def test_hours_that_make_no_sense_are_refused(
    change: dict[str, str], wrong: str, browser: Client, person: User
) -> None:
    assert set(ScheduleForm(HOURS | change, instance=Schedule(user=person)).errors) == {wrong}
    answer = browser.post(SCHEDULE, HOURS | change)
    assert answer.status_code == 422
    assert f'href="#id_{wrong}"' in answer.content.decode()
    assert not Schedule.objects.exists()


def test_midnight_is_an_hour_like_any_other(person: User) -> None:
    form = ScheduleForm(
        HOURS | {"quiet_from": "00:00", "quiet_until": "06:00"}, instance=Schedule(user=person)
    )
    assert form.is_valid(), form.errors
    assert not ScheduleForm(
        HOURS | {"quiet_from": "00:00", "quiet_until": ""}, instance=Schedule(user=person)
    ).is_valid()


def test_hours_are_said_to_be_of_the_persons_zone(browser: Client, person: User) -> None:
    User.objects.filter(pk=person.pk).update(time_zone="Europe/Lisbon")
    text = page(browser)
    assert "Lisabona" in text
    assert "Europe/Lisbon" not in text


# ---- The pause


@pytest.mark.parametrize(("length", "days"), [("day", 1), ("week", 7)])
def test_a_pause_lasts_as_long_as_it_says(
    length: str, days: int, browser: Client, person: User, frozen: None
) -> None:
    assert browser.post(PAUSE, {"length": length}).status_code == 303
    assert Schedule.objects.get(user=person).paused_until == NOW + dt.timedelta(days=days)


def test_a_pause_may_last_until_it_is_ended(browser: Client, person: User) -> None:
    assert "ever" in dict(PauseForm().fields["length"].choices)  # type: ignore[attr-defined]  # a choice field
    assert browser.post(PAUSE, {"length": "ever"}).status_code == 303
    until = Schedule.objects.get(user=person).paused_until
    assert until is not None
    assert until > timezone.now() + dt.timedelta(days=3650)
    assert str(until.year) not in page(browser)  # nobody is told of a year that only machines mean


def test_a_pause_is_shown_and_can_be_ended_twice(browser: Client, person: User) -> None:
    browser.post(PAUSE, {"length": "day"})
    assert 'name="resume"' in page(browser)
    for _time in range(2):
        assert browser.post(PAUSE, {"resume": "1"}).status_code == 303
    assert Schedule.objects.get(user=person).paused_until is None
    assert 'name="resume"' not in page(browser)


def test_a_pause_that_is_over_is_not_shown(browser: Client, person: User) -> None:
    ScheduleFactory.create(user=person, paused_until=timezone.now() - dt.timedelta(minutes=1))
    assert 'name="resume"' not in page(browser)


@pytest.mark.parametrize("form", [{}, {"length": "century"}, {"length": ""}])
def test_a_pause_of_no_known_length_is_refused(form: dict[str, str], browser: Client) -> None:
    answer = browser.post(PAUSE, form)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not Schedule.objects.exists()


def test_a_pause_leaves_quiet_hours_as_they_are(browser: Client, person: User) -> None:
    ScheduleFactory.create(user=person)
    browser.post(PAUSE, {"length": "day"})
    assert Schedule.objects.get(user=person).quiet_from == dt.time(22)
