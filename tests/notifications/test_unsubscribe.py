"""Links in mails by which a person takes back a wish."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import set_phone
from accounts.models import User
from common.message_kinds import Category, Channel
from notifications.actions import set_wanted
from notifications.delivery.checking import Why
from notifications.models import Contact, Preference
from notifications.outlook import Outlook, outlook
from notifications.unsubscribing import GATHERED, SALT, read_token, token_of, unsubscribe_url
from tests.factories.accounts import UserFactory
from tests.factories.notifications import ContactFactory, PreferenceFactory
from tests.notifications.steps import PHONE

pytestmark = pytest.mark.django_db

ONE_CLICK = {"List-Unsubscribe": "One-Click"}  # RFC 8058, section 3.2


@pytest.fixture
def stranger() -> Client:
    """A mail provider's machine: it has no cookie and no form's token."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def person() -> User:
    """Who gets the mails."""
    return UserFactory.create(language="ru")


def link(owner: User | Contact, category: str = "community", channel: str = "email") -> str:
    """The path of the link."""
    return unsubscribe_url(owner, category, channel).removeprefix(django_settings.BASE_URL)


def frequency(user: User, category: str = "community") -> str | None:
    """What the person has said about mails of a category."""
    found = Preference.objects.filter(user=user, category=category, channel="email").first()
    return found.frequency if found else None


def test_a_link_is_absolute_and_says_nothing_readable_of_the_address(person: User) -> None:
    address = unsubscribe_url(person, "community", "email")
    assert address.startswith(f"{django_settings.BASE_URL}/hooks/unsubscribe/")
    assert person.email not in address


def test_a_token_brings_back_what_was_put_in(person: User) -> None:
    wish = read_token(token_of(person, "community", "email"))
    assert wish is not None
    assert (wish.owner, wish.category, wish.channel) == (person, Category.COMMUNITY, Channel.EMAIL)


def test_one_click_switches_the_category_off_on_this_channel_alone(stranger: Client, person: User) -> None:
    PreferenceFactory.create(user=person, category="community", channel="in_app", frequency="at_once")
    PreferenceFactory.create(user=person, category="appointments", channel="email", frequency="at_once")
    answer = stranger.post(link(person), ONE_CLICK)
    assert answer.status_code == 200
    assert frequency(person) == "off"
    assert frequency(person, "appointments") == "at_once"
    assert Preference.objects.get(user=person, channel="in_app").frequency == "at_once"


def test_one_click_may_come_as_multipart_or_urlencoded(stranger: Client, person: User) -> None:
    answer = stranger.post(
        link(person), "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 200
    assert frequency(person) == "off"


def test_one_click_twice_is_once(stranger: Client, person: User) -> None:
    address = link(person)  # one mail's link: each one that is made bears the second in which it was signed
    answers = []
    for seconds in (0, 2):
        with time_machine.travel(timezone.now() + dt.timedelta(seconds=seconds)):
            answers.append(stranger.post(address, ONE_CLICK))
    assert answers[0].content == answers[1].content
    assert Preference.objects.filter(user=person).count() == 1
    assert frequency(person) == "off"


def test_one_click_needs_no_session_and_leaves_no_cookie(stranger: Client, person: User) -> None:
    for answer in (stranger.get(link(person)), stranger.post(link(person), ONE_CLICK)):
        assert not answer.cookies
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "same-origin"
        assert "Location" not in answer


def test_a_post_that_does_not_ask_changes_nothing(stranger: Client, person: User) -> None:
    stranger.post(link(person), {})
    stranger.post(link(person), {"List-Unsubscribe": "Two-Click"})
    assert frequency(person) is None


def test_looking_at_the_link_changes_nothing(stranger: Client, person: User) -> None:
    for answer in (stranger.get(link(person)), stranger.head(link(person))):
        assert answer.status_code == 200
    assert not Preference.objects.exists()


def test_other_verbs_are_refused(stranger: Client, person: User) -> None:
    for method in (stranger.put, stranger.delete, stranger.patch):
        assert method(link(person)).status_code == 405


@pytest.mark.parametrize("language", ["ro", "ru", "en"])
def test_the_page_is_in_the_recipients_language(language: str, stranger: Client) -> None:
    person = UserFactory.create(language=language)
    answer = stranger.get(link(person), headers={"accept-language": "de"})
    assert f'<html lang="{language}">' in answer.content.decode()


def test_the_page_offers_no_languages_for_it_has_but_one(stranger: Client, person: User) -> None:
    text = stranger.get(link(person)).content.decode()
    assert 'class="langs"' not in text
    assert "hreflang" not in text


def test_the_page_does_by_its_button_what_one_click_does(stranger: Client, person: User) -> None:
    text = stranger.get(link(person)).content.decode()
    form = re.search(r'<form method="post".*?</form>', text, re.DOTALL)
    assert form is not None
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[0]))
    stranger.post(link(person), fields)
    assert frequency(person) == "off"


def test_who_clicked_by_mistake_can_take_it_back(stranger: Client, person: User) -> None:
    text = stranger.post(link(person), ONE_CLICK).content.decode()
    form = re.search(r'<form method="post".*?</form>', text, re.DOTALL)
    assert form is not None
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[0]))
    stranger.post(link(person), fields)
    assert frequency(person) != "off"


def test_what_cannot_be_switched_off_stays_on(stranger: Client, person: User) -> None:
    assert stranger.post(link(person, "security"), ONE_CLICK).status_code == 200
    assert not Preference.objects.exists()


def test_a_contact_takes_back_consent(stranger: Client) -> None:
    contact, other = ContactFactory.create(), ContactFactory.create()
    for _time in range(2):
        assert stranger.post(link(contact, "appointments"), ONE_CLICK).status_code == 200
    contact.refresh_from_db()
    other.refresh_from_db()
    assert contact.consented_at is None
    assert other.consented_at is not None


@pytest.mark.parametrize(
    ("owner", "about", "before", "after"),
    [
        (UserFactory, "community", "no more e-mails on the subject", "You have switched these e-mails off"),
        (
            UserFactory,
            GATHERED,
            "no more e-mails on the subjects of your digest",
            "You have switched these e-mails off",
        ),
        (ContactFactory, "appointments", "no word of a move or a cancellation", "We will not write to you"),
    ],
)
def test_the_page_says_what_its_button_does(
    stranger: Client, owner: Any, about: str, before: str, after: str
) -> None:
    who = owner.create(language="en")
    page = stranger.get(link(who, about)).content.decode()
    assert before in page
    assert "Nothing else changes" not in page
    assert after in stranger.post(link(who, about), ONE_CLICK).content.decode()


def test_what_the_page_says_of_other_messages_is_true(sms_gateway: Any) -> None:
    """Of an account what must be known goes on, and SMS too; of a booking everything stops."""
    user = UserFactory.create()
    set_phone(user=user, phone=PHONE)
    set_wanted(owner=user, category=Category.APPOINTMENTS, channel=Channel.EMAIL, wanted=False)
    assert outlook(kind="counselling.cancelled", recipient=user).channel == Channel.EMAIL
    assert outlook(kind="counselling.reminder", recipient=user).channel == Channel.SMS
    contact = ContactFactory.create(phone=PHONE)
    set_wanted(owner=contact, category=Category.APPOINTMENTS, channel=Channel.EMAIL, wanted=False)
    contact.refresh_from_db()
    for kind in ("cancelled", "moved", "reminder", "offer"):
        assert outlook(kind=f"counselling.{kind}", recipient=contact) == Outlook(why=Why.NO_CONSENT)


def spoilt(token: str) -> list[str]:
    """What a mail program or a curious person makes of a token."""
    return [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token[1:],
        token.split(":", maxsplit=1)[0],
        "x",
        "%00",
        "ș",
        ":::",
        "A" * 4000,
        signing.dumps(["u", "no number", "community", "email"], salt=SALT),
        signing.dumps(["u", "00000000000000000000000000000000", "no category", "email"], salt=SALT),
        signing.dumps({"a": 1}, salt=SALT),
        signing.dumps(7, salt=SALT),
        signing.dumps([1, 2, 3, 4], salt=SALT),
        signing.dumps(
            ["u", "00000000000000000000000000000000", "community", "email"], salt="another purpose"
        ),
        signing.dumps(["u", "00000000000000000000000000000000", "community", "email"], salt=SALT),
    ]


@pytest.mark.parametrize("number", range(15))
def test_a_spoilt_token_does_nothing_and_says_nothing(
    number: int, stranger: Client, caplog: pytest.LogCaptureFixture
) -> None:
    person = UserFactory.create(language="ro")
    address = f"/hooks/unsubscribe/{spoilt(token_of(person, 'community', 'email'))[number]}/"
    headers = {"accept-language": "ro"}
    answers = [stranger.get(address, headers=headers), stranger.post(address, ONE_CLICK, headers=headers)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert not Preference.objects.exists()
    assert "unsubscribe" in caplog.text
    good = link(person)
    for spoilt_page, good_page in zip(
        answers, [stranger.get(good), stranger.post(good, ONE_CLICK)], strict=True
    ):
        words = [re.sub(r"<[^>]*>", "", one.content.decode()).split() for one in (spoilt_page, good_page)]
        assert words[0] == words[1]


def test_a_token_of_someone_erased_does_nothing(stranger: Client) -> None:
    person = UserFactory.create()
    address = link(person)
    User.objects.filter(pk=person.pk).update(erased_at=timezone.now(), is_active=False)
    assert stranger.post(address, ONE_CLICK).status_code == 200
    assert not Preference.objects.exists()


def test_a_digest_is_switched_off_by_its_own_link(client: Client) -> None:
    person: User = UserFactory.create()
    Preference.objects.create(user=person, category="appointments", channel="email", frequency="at_once")
    token = token_of(person, GATHERED, "email")
    address = reverse("hooks:unsubscribe", args=[token])
    client.get(address)
    assert not Preference.objects.filter(user=person, frequency="off").exists()
    for _number in range(2):
        client.post(address, {"List-Unsubscribe": "One-Click"})
        off = Preference.objects.filter(user=person, frequency="off").values_list("category", flat=True)
        assert set(off) == {"services", "community"}  # gathered by default; the rest stays
    client.post(address, {"List-Unsubscribe": "again"})
    assert not Preference.objects.filter(user=person, frequency="off").exists()
