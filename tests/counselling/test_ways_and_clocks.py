"""Which clock, which place and which words: they fit the way of a talk and where its client is."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from common.zones import city_of, is_place, known, zones_by_country
from counselling import tokens
from counselling.models import Appointment, Mode
from counselling.tokens import Purpose
from counselling.wording import own_time, times_of
from notifications import rendering
from notifications.sms_text import parts_of
from shopfronts.models import ShopFront
from tests.counselling.conftest import Booking
from tests.counselling.test_messages import FOR_CLIENTS, LANGUAGES, delivery
from tests.factories.counselling import AppointmentFactory, ReasonFactory, at
from tests.factories.notifications import ContactFactory

pytestmark = pytest.mark.django_db
NEW_YORK, CHISINAU = "America/New_York", ZoneInfo("Europe/Chisinau")
WITH_A_TIME = [name for name in FOR_CLIENTS if name != "waiting"]
REMOTE = (Mode.PHONE, Mode.VIDEO)
# What one says to somebody who comes through a door.
OF_COMING = re.compile(
    r"\bcom(?:e|ing)\b|bring|take with|\bveni|luați cu|aduceți|прийти|прид[уёе]|придёте|возьмите|приходите|ждём",
    re.I,
)


@pytest.fixture(params=REMOTE)
def remote(request: pytest.FixtureRequest) -> Appointment:
    """A talk by telephone or video with someone in New York."""
    reason = ReasonFactory.create(
        key="pensions", bring_ro="Buletinul", bring_ru="Удостоверение", bring_en="Your identity card"
    )
    return AppointmentFactory.create(
        reason=reason,
        visitor_zone=NEW_YORK,
        mode=request.param,
        contact=ContactFactory.create(phone="+37369123456"),
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", WITH_A_TIME)
def test_a_short_message_about_a_remote_talk_has_both_clocks_and_no_place(
    remote: Appointment, name: str, language: str
) -> None:
    text = rendering.short(delivery(remote, name, language, "sms")).text
    subject = rendering.mail(delivery(remote, name, language, "email")).subject
    for part in (text, subject) if name != "link" else (text,):
        assert "02:00" in part
        assert "09:00" in part or (
            language == "ru" and part == text
        )  # two clocks may take a third part there
        assert remote.shopfront.name not in part
    ways = {"ro": "prin (?:telefon|video)", "ru": "телефон|видео", "en": "by (?:telephone|video)"}
    assert re.search(ways[language], text) or name in ("freed", "link")


@pytest.mark.parametrize("zone", ["", "UTC"])
def test_who_hides_their_zone_reads_whose_clock_it_is(remote: Appointment, zone: str) -> None:
    Appointment.objects.update(visitor_zone=zone)
    remote.visitor_zone = zone
    mail = rendering.mail(delivery(remote, "reminder", "ro", "email"))
    assert "ora 09:00 (Moldova)" in mail.subject
    assert "UTC" not in mail.text
    assert "09:00 Moldova" in rendering.short(delivery(remote, "reminder", "ro", "sms")).text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FOR_CLIENTS)
def test_nobody_comes_to_a_telephone(remote: Appointment, name: str, language: str) -> None:
    mail = rendering.mail(delivery(remote, name, language, "email"))
    short = rendering.short(delivery(remote, name, language, "sms")).text
    seen = re.sub(r"https?://\S+", "", " ".join((mail.subject, mail.text, short)))
    assert not OF_COMING.search(seen)
    assert not OF_COMING.search(re.sub(r'href="[^"]*"', "", mail.html.split("</style>")[-1]))


@pytest.mark.parametrize("name", FOR_CLIENTS)
def test_a_link_of_a_plain_text_has_its_words_on_the_same_line(remote: Appointment, name: str) -> None:
    lines = rendering.mail(delivery(remote, name, "ru", "email")).text.splitlines()
    links = [line for line in lines if "https://" in line or "http://" in line]
    assert links
    assert [line for line in links if not re.match(r"[^\W\d_].*: http", line)] == []
    assert ".." not in rendering.short(delivery(remote, name, "ru", "sms")).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_of_a_remote_talk_speaks_of_coming(
    client: Client, remote: Appointment, language: str
) -> None:
    booking, found = remote.booking_id, []
    with translation.override(language):
        for route, purpose in (
            ("view", Purpose.VIEW), ("confirm", Purpose.CONFIRM), ("cancel", Purpose.CANCEL), ("change", Purpose.CHANGE),
        ):  # fmt: skip
            number = 0 if purpose == Purpose.VIEW else remote.sequence
            address = reverse(
                f"counselling:appointment_{route}", args=[tokens.make(purpose, booking, number)]
            )
            page = client.get(address).content.decode()
            main = (
                page[page.index("<title") : page.index("</title")]
                + page[page.index("<main") : page.index("</main")]
            )
            words = re.sub(r"<[^>]*>", " ", main)
            found += OF_COMING.findall(re.sub(r"becomes free|обраща\w+", "", words))
            assert "((" not in words
            assert not re.search(r"\([^()]*\(", words)  # no brackets within brackets
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mode", Mode.values)
@pytest.mark.parametrize("name", FOR_CLIENTS)
@pytest.mark.parametrize("zone", [NEW_YORK, "America/Los_Angeles", "America/Argentina/Buenos_Aires"])
def test_an_sms_takes_two_parts_at_most(
    name: str, mode: str, language: str, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "BASE_URL", "https://nexus.gov.md")
    appointment = AppointmentFactory.create(
        visitor_zone=zone,
        mode=mode,
        starts_at=at(8),
        ends_at=at(9),
        contact=ContactFactory.create(phone="+37369123456"),
    )
    text = rendering.short(delivery(appointment, name, language, "sms")).text
    assert parts_of(text) <= 2, text
    assert re.search(rf"https://nexus\.gov\.md/{language}/a/\S+/$", text)


def test_the_longest_place_fits_an_sms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "BASE_URL", "https://nexus.gov.md")
    appointment = AppointmentFactory.create()
    ShopFront.objects.update(name_ru="Штефан-Водэ", name_ro="Ștefan Vodă")
    for language in ("ro", "ru"):
        for name in FOR_CLIENTS:
            text = rendering.short(delivery(appointment, name, language, "sms")).text
            assert parts_of(text) <= 2, text


def test_the_link_of_an_sms_leads_to_the_page(client: Client, remote: Appointment) -> None:
    text = rendering.short(delivery(remote, "reminder", "ru", "sms")).text
    [path] = re.findall(r"http://testserver(/ru/a/\S+)", text)
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.url.startswith("/ru/appointments/cancel/")
    assert client.get(answer.url).status_code == 200
    altered = path[:-2] + ("A" if path[-2] != "A" else "B") + "/"
    assert client.get(altered).status_code == 404


def test_a_full_token_is_no_short_one_and_the_other_way_round() -> None:
    pk = AppointmentFactory.create().booking_id
    short = tokens.make_short(Purpose.VIEW, pk)
    assert tokens.read_short(short) == (Purpose.VIEW, tokens.Pointer(pk, 0))
    assert tokens.read(Purpose.VIEW, short) is None
    for text in ("", ".", "a.b", "é.é", f"{short}x", tokens.make(Purpose.VIEW, pk), "٣" * 22 + "١.x"):
        assert tokens.read_short(text) is None


def test_another_day_on_the_visitors_clock_is_named(booking: Booking) -> None:
    for query in ({"zone": "Pacific/Honolulu"},):
        page = booking.page(**query).content.decode()
        assert "duminică, 21:00 Honolulu" in page
        assert 'aria-label="Luni, 1 martie, ora 09:00, Cahul, duminică, 21:00 Honolulu"' in page
    assert "duminică" not in booking.page(zone="Europe/Lisbon").content.decode()


def test_no_offset_is_told_for_days_on_which_the_clocks_change(booking: Booking) -> None:
    page = booking.page(zone=NEW_YORK).content.decode()
    assert "GMT" not in page
    assert "ora locală: New York" in page


@pytest.mark.parametrize(
    ("language", "zone", "city"),
    [
        ("ru", "Europe/Kyiv", "Киев"),
        ("ru", "Europe/Kiev", "Киев"),
        ("ro", "Europe/Kyiv", "Kiev"),
        ("en", "Europe/Kyiv", "Kyiv"),
        ("ru", "America/Nuuk", "Нуук"),
        ("ru", "Europe/Chisinau", "Кишинёв"),
        ("ru", "Asia/Kolkata", "Калькутта"),
        ("ru", "UTC", "UTC"),
    ],
)
def test_cities_of_zones_have_names_of_the_language(language: str, zone: str, city: str) -> None:
    with translation.override(language):
        assert city_of(zone) == city


def test_russian_cities_are_written_in_russian() -> None:
    with translation.override("ru"):
        latin = {zone for zone in known() if is_place(zone) and city_of(zone).isascii()}
    assert latin <= {"America/Coyhaique"}  # of 2025; CLDR does not have it yet


def test_zones_stand_by_country_without_other_names_of_the_same() -> None:
    with translation.override("ru"):
        groups = zones_by_country("IT")
    assert groups[0] == ("Италия", [("Europe/Rome", "Рим")])
    keys = [key for _country, zones in groups for key, _city in zones]
    assert len(keys) == len(set(keys))
    assert not {"Europe/Kiev", "America/Argentina/ComodRivadavia", "Asia/Calcutta"} & set(keys)
    assert {"Europe/Kyiv", "Europe/Chisinau", "America/New_York"} <= set(keys)


def test_beginning_and_end_are_one_sentence() -> None:
    said = {}
    for language in LANGUAGES:
        with translation.override(language):
            said[language] = times_of(at(11), at(11, 30), CHISINAU)
    assert said["ru"] == "понедельник, 1 марта, с 11:00 до 11:30"
    assert said["ro"] == "luni, 1 martie, orele 11:00–11:30"


def test_the_day_is_said_once() -> None:
    with translation.override("ro"):
        assert own_time(at(11), CHISINAU, ZoneInfo(NEW_YORK)) == "ora 04:00 (New York)"
        assert own_time(at(9), CHISINAU, ZoneInfo("Pacific/Honolulu")).startswith("duminică, 28 februarie")
