"""What goes to addresses that nobody has proved is counted; nothing else is."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from accounts.adapter import CODE_MAILS, COUNTED, STRANGER_MAILS
from common.message_kinds import declared, kind_of
from notifications import actions, telling
from notifications.actions import notify
from notifications.delivery import ceilings, sending
from notifications.mailboxes import mailbox_of
from notifications.models import Contact, DayCount, Delivery, Notification
from tests.factories.accounts import UserFactory
from tests.factories.notifications import ContactFactory, NotificationFactory
from tests.notifications.steps import NOON, PHONE, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def noon() -> Iterator[Any]:
    """The clock, which can be moved."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("nina@example.com", "Nina@Example.com "),
        ("nina+1@example.com", "nina+2@example.com"),
        ("n.i.n.a@gmail.com", "nina@googlemail.com"),
        ("nina.popa@yandex.ru", "nina-popa+x@ya.ru"),
        ("nina.popa@proton.me", "ninapopa@protonmail.com"),
        ("nina@me.com", "nina@icloud.com"),
        ("nina@example.com", "nina@exampl\uff45.com"),  # servers are asked for one and the same domain
        ("nina@example.com", "nina@exam\u200bple.com"),
        ("nina@desk.example", "nina@de\u017fk.example"),
        ("nina@почта.рф", "nina@xn--80a1acny.xn--p1ai"),
        ("nina@example.com", '"nina"@example.com'),
        ("nina@example.com", r'"n\i\na"@example.com'),
    ],
)
def test_ways_of_writing_one_mailbox(one: str, other: str) -> None:
    assert mailbox_of(one) == mailbox_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("n.ina@example.com", "nina@example.com"),  # dots count where the provider does not say otherwise
        ("nina@gmail.com", "nina@yandex.ru"),
        ("+1@example.com", "+2@example.com"),
        ("nina@disk.example", "nina@dısk.example"),
        ('"ni na"@example.com', "nina@example.com"),
        (f"nina@{'a' * 70}.com", f"nina@{'a' * 71}.com"),  # no such domains can be
    ],
)
def test_mailboxes_that_differ(one: str, other: str) -> None:
    assert mailbox_of(one) != mailbox_of(other)


def write(contact: Contact, kind: str = "tests.news", **more: Any) -> Delivery:
    """One message that somebody caused who has not proved the address, after a try to send it."""
    told = notify(
        kind=kind,
        recipient=contact,
        context={"topic": "x", "code": "493817"},
        dedupe_key=str(uuid.uuid4()),
        **{"is_unproved": True} | more,
    )
    return sent(told.deliveries.get(channel="sms" if contact.phone else "email"))


def statuses(rows: list[Delivery]) -> list[str]:
    """Where they stand."""
    return [row.status for row in rows]


def test_a_mailbox_gets_so_many_a_day_however_it_is_written(settings: Any, noon: Any) -> None:
    settings.UNPROVED_MAILS_A_DAY = 2
    names = ["nina@gmail.com", "ni.na+1@gmail.com", "nina+2@googlemail.com"]
    rows = [write(ContactFactory(email=name)) for name in names]
    assert statuses(rows) == ["sent", "sent", "skipped"]
    assert rows[2].reason == ceilings.OWN
    assert write(ContactFactory(email="ion@gmail.com")).status == "sent"
    noon.shift(dt.timedelta(days=1))
    assert write(ContactFactory(email="nina@gmail.com")).status == "sent"


def test_what_is_proved_or_sent_by_the_clock_is_neither_counted_nor_held(settings: Any) -> None:
    settings.UNPROVED_MAILS_A_DAY = 1
    nina = ContactFactory()
    assert statuses([write(nina), write(nina)]) == ["sent", "skipped"]
    assert write(nina, is_unproved=False).status == "sent"
    told = notify(
        kind="tests.news", recipient=UserFactory(), context={"topic": "x"}, dedupe_key="1", is_unproved=True
    )
    assert not told.is_unproved
    assert DayCount.objects.filter(what="email").get().count == 1


def test_codes_have_a_count_of_their_own(settings: Any) -> None:
    settings.UNPROVED_MAILS_A_DAY = settings.UNPROVED_MAIL_CODES_A_DAY = 1
    nina = ContactFactory()
    assert statuses([write(nina), write(nina)]) == ["sent", "skipped"]
    assert statuses([write(nina, "tests.code"), write(nina, "tests.code")]) == ["sent", "skipped"]


def test_whoever_fills_one_sort_keeps_no_other_back(settings: Any) -> None:
    """Words to addresses without an account cost a stranger nothing; codes and messages must go on."""
    settings.UNPROVED_MAILS_A_DAY_IN_ALL = 1

    def write_to(name: str, kind: str) -> Delivery:
        return write(ContactFactory(email=f"{name}@example.com"), kind)

    words = [write_to(f"w{n}", "accounts.unknown_account") for n in range(2)]
    others = [write_to("code", "tests.code"), write_to("news", "tests.news")]
    assert statuses([*words, *others]) == ["sent", "skipped", "sent", "sent"]


def test_sms_are_counted_by_number_by_country_and_in_all(settings: Any, sms_gateway: Any) -> None:
    settings.UNPROVED_SMS_A_DAY = 1
    settings.UNPROVED_SMS_A_DAY_TO_A_COUNTRY = 2
    settings.UNPROVED_SMS_A_DAY_IN_ALL = 3

    def sms(number: str) -> Delivery:
        return write(ContactFactory(email="", phone=number), "tests.everywhere")

    first, again, second, third = (sms(f"+3736912345{n}") for n in (1, 1, 2, 3))
    assert statuses([first, again, second, third]) == ["sent", "skipped", "sent", "skipped"]
    assert (again.reason, third.reason) == (ceilings.OWN, ceilings.OTHERS)
    assert statuses([sms("+393471234567"), sms("+4915123456789")]) == ["sent", "skipped"]
    assert len(sms_gateway.got) == 3
    # What was refused by a wider ceiling did not use up a narrower one.
    assert sorted(DayCount.objects.values_list("what", "count")) == sorted(
        [("sms", 3), ("sms", 2), ("sms", 1), *[("sms:messages", 1)] * 3]
    )


def test_whoever_fills_the_codes_by_sms_keeps_no_message_back(settings: Any, sms_gateway: Any) -> None:
    settings.UNPROVED_SMS_A_DAY_IN_ALL = settings.UNPROVED_SMS_A_DAY_TO_A_COUNTRY = 1

    def sms(number: str, kind: str) -> Delivery:
        return write(ContactFactory(email="", phone=number), kind)

    rows = [sms(f"+3736912345{n}", "tests.sms_code") for n in range(2)]
    rows += [sms(f"+3736912345{n}", "tests.everywhere") for n in range(2, 4)]
    assert statuses(rows) == ["sent", "skipped", "sent", "skipped"]
    settings.UNPROVED_SMS_A_DAY_TO_A_COUNTRY = 9
    assert statuses([sms("+393471234567", "tests.sms_code")]) == ["skipped"]  # in all


def test_a_second_try_is_not_counted_again(noon: Any) -> None:
    row = Delivery(notification=NotificationFactory(user=None, contact=ContactFactory(), is_unproved=True))
    row.channel, row.attempts = "email", 1
    assert (ceilings.take(row), ceilings.full(row)) == ("", "")
    row.attempts = 2
    assert ceilings.take(row) == ""
    assert set(DayCount.objects.values_list("count", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_are_counted_as_ten(settings: Any) -> None:
    settings.UNPROVED_MAILS_A_DAY = 4
    told = NotificationFactory(user=None, contact=ContactFactory(), is_unproved=True)

    def take(_n: int) -> str:
        try:
            return ceilings.take(Delivery(notification=told, channel="email", attempts=1))
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(take, range(10)))
    assert (answers.count(""), answers.count(ceilings.OWN)) == (4, 6)
    assert set(DayCount.objects.values_list("count", flat=True)) == {4}


def test_counts_name_nobody_and_are_forgotten(noon: Any) -> None:
    write(ContactFactory(email="nina@example.com"))
    assert "nina" not in str(list(DayCount.objects.values()))
    noon.shift(dt.timedelta(days=9))
    assert actions.purge()["counts"] == 2
    assert not DayCount.objects.exists()


def test_codes_to_addresses_without_an_account_are_counted() -> None:
    """Every code that whoever types an address causes: its kind says so, and the way in of accounts minds it."""
    to_accounts_alone = {"accounts.sign_in_code", "accounts.password_reset_code", "accounts.erase_code"}
    codes = {kind.code for kind in declared() if kind.is_secret and kind.useful_for and kind.app != "tests"}
    counted = {kind.code for kind in declared() if kind.is_asked_by_anyone}
    assert codes - to_accounts_alone <= counted
    telling.tell(
        kind="accounts.confirm_email_code",
        user=None,
        email="nobody@example.com",
        phone="",
        language="ro",
        context={"code": "493817"},
        dedupe_key="1",
        url="",
    )
    assert Notification.objects.get().is_unproved


def test_whatever_a_stranger_causes_by_typing_an_address_is_counted_somewhere() -> None:
    """By the ceilings of the outbox, or by the mailed codes of accounts; else signing up in a loop fills a mailbox."""
    for mail, kind in {**STRANGER_MAILS, **CODE_MAILS}.items():
        assert mail in COUNTED or kind_of(kind).is_asked_by_anyone, kind


def test_urgent_rows_of_a_batch_go_first(mailoutbox: list[Any]) -> None:
    now, claim = timezone.now(), uuid.uuid4()
    for hours in (1, 3, 2):
        told = NotificationFactory(context={"topic": f"{hours} hours"})
        Delivery.objects.create(
            notification=told,
            channel="email",
            status="sending",
            claim=claim,
            claimed_at=now,
            attempts=1,
            due_at=now - dt.timedelta(hours=hours),
        )
    sending.send_claimed(claim)
    assert [mail.subject[-7:] for mail in mailoutbox] == ["3 hours", "2 hours", "1 hours"]


def test_the_same_number_is_one_recipient(settings: Any, sms_gateway: Any) -> None:
    settings.UNPROVED_SMS_CODES_A_DAY = 1
    contacts = [ContactFactory(email="", phone=PHONE, consented_at=None) for _n in range(2)]
    assert statuses([write(one, "tests.sms_code") for one in contacts]) == ["sent", "skipped"]
