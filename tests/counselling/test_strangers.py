"""What a stranger types under somebody's address changes nothing of its owner's, tells nothing, and floods nobody."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from common.counting import IN_A_NETWORK
from counselling import actions, limits, tokens
from counselling.actions import cancel_appointment, join_waiting_list, leave_waiting_list
from counselling.actions.admitting import MOST_WAITING
from counselling.actors import Actor
from counselling.errors import ClashError, IllegalStepError, ProofNeededError
from counselling.forms.booking import ClientForm
from counselling.messages import link
from counselling.models import Appointment, Offer, Reason, Status, WaitingEntry
from counselling.tokens import Purpose
from counselling.waking import after_waking, next_waking
from notifications import rendering
from notifications.delivery import sending
from notifications.models import Delivery
from tests.counselling.conftest import Booking
from tests.counselling.people import NOW, book, client, counsellor, told, wanted
from tests.factories.counselling import AppointmentFactory, ReasonFactory, at

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "victim@example.com", "nobody@example.com"
TWO_HOURS = dt.timedelta(hours=2)


@pytest.fixture
def reason(four_weeks_before: Any) -> Reason:
    """A talk that a person may have once, with two who give it."""
    counsellor()
    counsellor()
    found: Reason = ReasonFactory.create(most_open=1)
    return found


def proved(reason: Reason, start: dt.datetime, name: str = "Nina") -> Appointment:
    """A booking whose owner showed that the address is theirs."""
    return book(reason, start, client(name, has_proved_address=True), f"owner-{name}-{start}")


def mail_of(appointment: Appointment, kind: str) -> rendering.Mail:
    """What was written about it."""
    rows = Delivery.objects.filter(notification__kind=f"counselling.{kind}", channel="email")
    return rendering.mail(rows.get(notification__context__booking=str(appointment.booking_id)))


def plain(answer: Any, *typed: str) -> str:
    """A page without what differs between any two requests: tokens, references, what was typed."""
    text = re.sub(r'value="[^"]{16,}"|/appointments/[\w./-]+|csrf\S+', "", answer.content.decode())
    text = re.sub(r"<strong>[2-9A-Z]{4} [2-9A-Z]{4}</strong>", "", text)
    for word in typed:
        text = text.replace(word, "")
    return text


class TestPagesSayTheSame:
    """To whoever types an address, known or not."""

    @pytest.fixture(autouse=True)
    def _known(self, booking: Booking, pensions: Reason) -> None:
        """The victim has booked about the same twice, and at the same hour elsewhere, and waits."""
        Reason.objects.update(most_open=1)
        for hour in (9, 10):
            AppointmentFactory.create(
                reason=pensions,
                starts_at=at(hour),
                person_key=client(email=KNOWN).key,
                proof="address",
            )
        actions.join_waiting_list(
            wanted=wanted(pensions), client=client(email=KNOWN, has_proved_address=True)
        )

    def test_booking(self, booking: Booking) -> None:
        pages = []
        for email in (KNOWN, UNKNOWN):
            stranger = Booking(Client())
            slot = stranger.slots()[0]
            assert stranger.hold(slot).status_code == 303
            answer = stranger.book(contact=email)
            assert answer.status_code == 303
            pages.append(plain(stranger.browser.get(answer.url)))
            Appointment.objects.filter(proof="none").delete()  # so that the same time is free for the next
        assert pages[0] == pages[1]

    def test_waiting(self, booking: Booking, pensions: Reason) -> None:
        address = reverse("counselling:waiting_join", args=["cahul", pensions.number])
        form = {
            "language": "ro",
            "mode": "in_person",
            "weekdays": ["1"],
            "until_on": "2027-03-20",
            "name": "Vera",
            "wants_messages": "on",
        }
        answers = [Client().post(address, form | {"contact": email}) for email in (KNOWN, UNKNOWN)]
        assert [answer.status_code for answer in answers] == [303, 303]
        pages = [plain(Client().get(answer.url)) for answer in answers]
        assert pages[0] == pages[1]

    def test_moving(self, booking: Booking) -> None:
        answers = []
        for email in (KNOWN, UNKNOWN):
            mine = Booking(Client()).whole(contact=email)
            page = reverse(
                "counselling:appointment_change", args=[tokens.make(Purpose.CHANGE, mine.booking_id)]
            )
            free = re.findall(r'name="slot" value="([^"]+)"', Client().get(page).content.decode())
            answers.append(Client().post(page, {"slot": free[0]}))
            Appointment.objects.filter(proof="none").delete()
        assert [answer.status_code for answer in answers] == [303, 303]

    def test_finding(self, booking: Booking) -> None:
        mine = booking.whole(contact=KNOWN)
        address = reverse("counselling:appointment_find")
        for more in ({"contact": "guess@example.com"}, {"contact": "", "send": "1"}):
            pages = [
                Client().post(address, {"reference": reference} | more)
                for reference in (mine.reference, "22222222")
            ]
            assert pages[0].status_code == pages[1].status_code
            texts = [plain(page, mine.reference, "22222222") for page in pages]
            assert texts[0] == texts[1]


def test_a_clash_is_said_in_the_message_to_the_owner_alone(reason: Reason) -> None:
    proved(reason, at(9))
    second = book(reason, at(10), "Nina", "stranger")
    mail = mail_of(second, "booked")
    assert "ora 09:00" in mail.text
    assert "ora 09:00" in mail.html
    fresh = book(reason, at(10), "Ion", "other")
    assert "Aveți deja" not in mail_of(fresh, "booked").text


def test_two_bookings_by_a_stranger_do_not_lock_the_owner_out(reason: Reason) -> None:
    Reason.objects.update(most_open=2)
    for hour in (9, 10):
        book(reason, at(hour), "Nina", f"stranger-{hour}")
    assert proved(reason, at(9)).status == Status.BOOKED


def test_the_link_of_a_message_alone_proves_and_only_when_pressed(reason: Reason, client_: Client) -> None:
    mine = book(reason, at(9))
    shown = reverse("counselling:appointment_view", args=[tokens.make(Purpose.VIEW, mine.booking_id)])
    assert client_.post(shown).status_code == 405
    own = link(Purpose.OWN, mine.booking_id).removeprefix("http://testserver")
    assert own in mail_of(mine, "booked").text
    assert "Da, eu am" in client_.get(own).content.decode()
    mine.refresh_from_db()
    assert mine.proof == "none"  # mail programs open links too
    assert client_.post(own, {"own": "1"}).status_code == 303
    mine.refresh_from_db()
    assert mine.proof == "address"
    assert "Da, eu am" not in client_.get(own).content.decode()
    calendar = client_.get(reverse("counselling:appointment_calendar", args=[shown.rsplit("/", 2)[-2]]))
    assert tokens.make(Purpose.OWN, mine.booking_id) not in calendar.content.decode().replace("\r\n ", "")


@pytest.fixture(name="client_")
def _browser() -> Client:
    return Client()


@pytest.mark.parametrize(("answer", "stays"), [("keep_other", 9), ("keep_this", 10)])
def test_the_owner_chooses_which_one_stays(reason: Reason, client_: Client, answer: str, stays: int) -> None:
    first, second = proved(reason, at(9)), book(reason, at(10), "Nina", "stranger")
    with pytest.raises(ClashError):
        actions.prove_appointment(appointment=second)
    page = link(Purpose.OWN, second.booking_id).removeprefix("http://testserver")
    assert "keep_other" in client_.get(page).content.decode()
    assert client_.post(page, {"own": "1"}).status_code == 303  # nothing is decided by it
    assert Appointment.objects.filter(status=Status.BOOKED).count() == 2
    assert client_.post(page, {answer: "1"}).status_code == 303
    left = Appointment.objects.get(status=Status.BOOKED)
    assert (left.starts_at, left.proof) == (at(stays), "address")
    assert {first.booking_id, second.booking_id} > {left.booking_id}


def test_what_is_cancelled_is_not_proved(reason: Reason) -> None:
    mine = book(reason, at(9))
    cancel_appointment(appointment=mine, by=Actor.client())
    with pytest.raises(IllegalStepError):
        actions.prove_appointment(appointment=mine)


class TestWaiting:
    """A wish under somebody's address stands beside theirs."""

    def join(self, reason: Reason, **more: Any) -> WaitingEntry:
        """Wait as Nina."""
        return join_waiting_list(wanted=wanted(reason), client=client(zone="Europe/Chisinau", **more))

    def test_a_stranger_throws_nobody_off_the_list(self, reason: Reason) -> None:
        blocker = book(reason, at(9), "Blocker")
        mine = self.join(reason, has_proved_address=True)
        cancel_appointment(appointment=blocker, by=Actor.client())
        offer = Offer.objects.get()
        theirs = self.join(reason)
        leave_waiting_list(entry=theirs)
        self.join(reason)
        mine.refresh_from_db()
        offer.refresh_from_db()
        assert (mine.status, offer.status) == ("waiting", "open")
        assert actions.take_offer(offer=offer).proof == "address"
        assert not WaitingEntry.objects.open().exists()  # the owner spoke for the address

    def test_one_address_is_asked_once_at_a_time(self, reason: Reason, four_weeks_before: Any) -> None:
        blockers = [book(reason, at(hour), f"Blocker{hour}") for hour in (9, 10)]
        entries = [self.join(reason) for _n in range(3)]
        for one in blockers:
            cancel_appointment(appointment=one, by=Actor.client())
        assert Offer.objects.count() == 1
        four_weeks_before.move_to(NOW + TWO_HOURS)
        actions.expire_offers()
        assert Offer.objects.filter(status="open").count() == 0  # not once more for the same time
        assert {one.person_key for one in entries} == {entries[0].person_key}

    def test_joining_again_writes_once_a_day(self, reason: Reason, four_weeks_before: Any) -> None:
        for _n in range(5):
            self.join(reason)
        assert told("waiting") == 1
        four_weeks_before.shift(dt.timedelta(days=1, seconds=1))
        self.join(reason)
        assert told("waiting") == 2

    def test_a_place_is_not_kept_for_who_cannot_be_told(self, reason: Reason, settings: Any) -> None:
        settings.UNPROVED_MAILS_A_DAY = 1
        blocker = book(reason, at(9), "Blocker")
        self.join(reason)
        [row] = Delivery.objects.filter(notification__kind="counselling.waiting", channel="email")
        sending.deliver_one(row.pk)
        cancel_appointment(appointment=blocker, by=Actor.client())
        assert not Offer.objects.exists()

    def test_from_one_address_so_many_wait_and_no_more(self, reason: Reason) -> None:
        """Else whoever invents addresses has every freed place kept for nobody, one after the other."""

        def wish(number: int, origin: str = "hostel", **more: Any) -> WaitingEntry:
            who = client(f"N{number}", zone="Europe/Chisinau", **more)
            return join_waiting_list(wanted=wanted(reason), client=who, origin=origin, network="street")

        first, *_rest = [wish(number) for number in range(MOST_WAITING)]
        with pytest.raises(ProofNeededError):
            wish(90)
        proved = wish(91, has_proved_address=True)
        assert (proved.proof, proved.origin_key) == ("address", "")
        assert wish(92, origin="elsewhere").network_key == "street"
        leave_waiting_list(entry=first)
        assert wish(93).origin_key == "hostel"
        WaitingEntry.objects.filter(origin_key="hostel").update(origin_key="")
        for number in range(MOST_WAITING * IN_A_NETWORK - WaitingEntry.objects.open().unproved().count()):
            wish(100 + number, origin=f"flat {number}")
        with pytest.raises(ProofNeededError):
            wish(94, origin="the last")

    def test_where_a_wish_came_from_is_forgotten_when_it_is_over(self, reason: Reason) -> None:
        for name in ("Ana", "Nina"):
            who = client(name, zone="Europe/Chisinau")
            left = join_waiting_list(wanted=wanted(reason), client=who, origin="hostel", network="street")
        leave_waiting_list(entry=left)
        actions.forget_origins()
        kept = WaitingEntry.objects.values_list("status", "origin_key", "network_key")
        assert set(kept) == {("waiting", "hostel", "street"), ("left", "", "")}

    def test_an_offer_at_night_waits_for_the_morning(self, reason: Reason, four_weeks_before: Any) -> None:
        blocker = book(reason, at(9), "Blocker")
        self.join(reason)
        four_weeks_before.move_to(at(23, 30, day=NOW.date()))
        cancel_appointment(appointment=blocker, by=Actor.client())
        offer = Offer.objects.get()
        morning = at(8, day=NOW.date() + dt.timedelta(days=1))
        assert offer.expires_at == morning + TWO_HOURS
        row = Delivery.objects.get(notification__kind="counselling.offer", channel="email")
        assert row.not_before == morning


@pytest.mark.parametrize(
    ("now", "opens", "ends"),
    [
        ("10:00", "10:00", "12:00"),
        ("06:30", "08:00", "10:00"),
        ("20:00", "20:00", "1 09:00"),
        ("23:30", "1 08:00", "1 10:00"),
    ],
)
def test_waking_hours(now: str, opens: str, ends: str) -> None:
    zone = ZoneInfo("America/New_York")

    def moment(text: str) -> dt.datetime:
        day, _space, clock = text.rpartition(" ")
        return dt.datetime.combine(
            dt.date(2027, 3, 1 + int(day or 0)), dt.time.fromisoformat(clock), tzinfo=zone
        )

    assert next_waking(moment(now), zone) == moment(opens)
    assert after_waking(moment(now), TWO_HOURS, zone) == moment(ends)


def test_guessing_at_one_reference_ends_wherever_it_comes_from(
    booking: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = booking.whole()
    address = reverse("counselling:appointment_find")
    right = {"reference": mine.reference, "contact": "nina@example.com"}
    assert Client().post(address, right).status_code == 303
    for number in range(limits.REFERENCE_AT):
        Client().post(address, right | {"contact": f"a{number}@example.com"}, REMOTE_ADDR=f"10.0.0.{number}")
    assert Client().post(address, right).status_code == 422
    own = link(Purpose.OWN, mine.booking_id).removeprefix("http://testserver")
    assert Client().get(own).status_code == 200


def test_the_link_is_sent_again_to_its_own_address_and_not_on_and_on(booking: Booking) -> None:
    mine = booking.whole()
    address = reverse("counselling:appointment_find")
    for _n in range(3):
        sent = Client().post(address, {"reference": mine.reference, "contact": "x@example.com", "send": "1"})
        assert sent.status_code == 200
    row = Delivery.objects.get(notification__kind="counselling.link", channel="email")
    assert row.notification.contact == mine.contact
    assert row.notification.is_unproved


@pytest.mark.parametrize(
    ("contact", "mode", "wants", "is_good"),
    [
        ("0299 22 333", "in_person", "on", False),
        ("0299 22 333", "in_person", "", True),
        ("0299 22 333", "phone", "on", True),  # somebody calls there
        ("+234 802 123 4567", "in_person", "on", False),
        ("069 123 456", "in_person", "on", True),
    ],
)
def test_a_landline_takes_no_messages(
    contact: str, mode: str, wants: str, is_good: bool, settings: Any
) -> None:
    settings.SMS_GATEWAY_URL = "https://gateway.example/send"
    form = ClientForm(
        {"name": "Nina", "contact": contact, "wants_messages": wants},
        member=None,
        site_language="ro",
        zone="",
        mode=mode,
    )
    assert form.is_valid() == is_good


def test_joining_asks_for_the_same_slow_down_as_holding(
    booking: Booking, pensions: Reason, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PRESSES", 0)
    address = reverse("counselling:waiting_join", args=["cahul", pensions.number])
    query = {"language": "ro", "mode": "in_person"}
    form = query | {
        "weekdays": ["1"],
        "until_on": "2027-03-20",
        "name": "V",
        "contact": UNKNOWN,
        "wants_messages": "on",
    }
    refused = Client().post(address, form)
    assert refused.status_code == 422
    assert "O clipă" in refused.content.decode()
    assert "data-challenge" in Client().get(address, query).content.decode()
    assert not WaitingEntry.objects.exists()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"wants_messages": ""}, "Nu ne-ați cerut"),
        ({"contact": "068 123 456"}, "Nu putem trimite SMS"),  # there is no gateway in the tests
        ({"contact": ""}, "Nu ne-ați lăsat"),
        ({}, "Vă scriem la adresa de e-mail"),
    ],
)
def test_the_page_after_a_booking_says_who_is_written_to(
    booking: Booking, typed: dict[str, str], says: str
) -> None:
    booking.hold()
    page = booking.browser.get(booking.book(**typed).url).content.decode()
    assert says in page
