"""Figures stay on one line with what they count, on pages and in mails; what is kept, searched or posted stays as it is."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from common.spaces import unbroken, unbroken_page
from notifications import rendering
from services.models import Service
from tests.factories.accounts import UserFactory
from tests.factories.notifications import DeliveryFactory, NotificationFactory
from tests.factories.services import ServiceFactory, lines, texts

WRITTEN = "Costă 10 500 de lei (80 %) în 30 de zile, legea nr. 105 și № 12, sunați la +373 22 233 309"
BOUND = "Costă 10_500_de_lei (80_%) în 30_de_zile, legea nr._105 și №_12, sunați la +373 22 233 309".replace(
    "_", "\u00a0"
)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("10 500", "10_500"),
        ("1 112 000 de lei", "1_112_000_de_lei"),
        ("12 500-13 000 lei", "12_500-13_000_lei"),
        ("80 %, 15 км, 1800 cm³, 500 евро", "80_%, 15_км, 1800_cm³, 500_евро"),
        ("25 min, 30 минут, 24 de ore, 1 час, 2 ч", "25_min, 30_минут, 24_de_ore, 1_час, 2_ч"),
        ("nr. 105, № 105, No. 105, art. 5, ст. 5", "nr._105, №_105, No._105, art._5, ст._5"),
        ("+373 22 233 309, 060 123 456, 0 800 77777", "+373 22 233 309, 060 123 456, 0 800 77777"),
        ("2018 la 100 de oameni, 1 leucemie, 2 minutare", "2018 la 100 de oameni, 1 leucemie, 2 minutare"),
    ],
)
def test_a_figure_is_bound_to_what_it_counts(written: str, shown: str) -> None:
    assert unbroken(written) == shown.replace("_", "\u00a0")


@pytest.mark.parametrize(
    "kept",
    [
        '<a title="10 500 lei" href="tel:+37322233309" data-text="80 %">x</a>',
        '<input value="10 500">',
        '<script type="application/json">{"cost": "10 500 lei"}</script>',
        '<textarea name="text">\nCostă 10 500 lei</textarea>',
        "<option>30 min</option>",
    ],
)
def test_what_programs_and_servers_read_keeps_its_spaces(kept: str) -> None:
    assert unbroken_page(f"<p>{kept}</p><p>80 %</p>") == f"<p>{kept}</p><p>80\u00a0%</p>"


@pytest.mark.django_db
def test_a_service_is_shown_bound_and_kept_searched_and_exported_as_it_was_written(client: Client) -> None:
    service = ServiceFactory(
        key="rent", **texts("summary", WRITTEN), **texts("description", WRITTEN), **lines("steps", WRITTEN)
    )
    for address in ("/ro/services/rent/", "/ro/services/rent/print/", "/ro/services/?q=10+500"):
        page = client.get(address).content.decode()
        text = re.sub(r"<(?:script.*?</script|[^>]*)>", "", page, flags=re.DOTALL)
        assert BOUND in text, address
        assert "10 500" not in text, address
        for data in re.findall(r"ld\+json\">(.*?)</script>", page, re.DOTALL):
            assert "\u00a0" not in json.dumps(json.loads(data), ensure_ascii=False)
    assert Service.objects.get(pk=service.pk).summary_ro.startswith(WRITTEN)
    exported = client.get("/api/hsds/services?q=10+500").content.decode()
    assert WRITTEN in json.dumps(json.loads(exported), ensure_ascii=False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "lives"), [("ro", "10_minute"), ("ru", "10_минут"), ("en", "10_minutes")]
)
def test_mails_are_bound_in_both_parts(language: str, lives: str) -> None:
    notification = NotificationFactory(
        user=UserFactory(language=language),
        kind="accounts.sign_in_code",
        context={"code": "469486", "minutes": 10},
    )
    mail = rendering.mail(DeliveryFactory(notification=notification))
    for part in (mail.text, mail.html):
        assert lives.replace("_", "\u00a0") in part
        assert lives.replace("_", " ") not in part
