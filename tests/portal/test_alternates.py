"""The same page in the other languages, for readers and for search engines."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db


def test_search_engines_are_told_the_page_without_its_query(client: Client) -> None:
    page = client.get("/ro/services/?sort=name").content.decode()
    for code in ("ro", "ru", "en"):
        assert f'hreflang="{code}" href="{settings.BASE_URL}/{code}/services/"' in page


def test_readers_keep_their_query(client: Client) -> None:
    page = client.get("/ro/services/?sort=name").content.decode()
    assert 'href="/ru/services/?sort=name" lang="ru"' in page


def test_pages_without_a_language_lead_to_themselves(client: Client) -> None:
    response = client.get("/nowhere/")
    assert {alternate["path"] for alternate in response.context["alternates"]} <= {"/nowhere/"}
