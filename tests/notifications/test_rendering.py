"""Every kind of message on every channel, in the recipient's language."""

from __future__ import annotations

import re
import uuid
from html.parser import HTMLParser
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import Role
from common.message_kinds import Channel, MessageKind, declared
from notifications import rendering
from notifications.actions import notify
from notifications.models import Contact, Delivery, Notification
from notifications.telling import KINDS
from tests.factories.accounts import UserFactory
from tests.factories.notifications import ContactFactory, DeliveryFactory

pytestmark = pytest.mark.django_db
SECRET = "493817"
LANGUAGES = ("ro", "ru", "en")
CHANGES = (
    "password_changed", "password_set", "password_reset", "email_changed", "email_confirm", "email_deleted",
    "totp_activated", "totp_deactivated", "webauthn_added", "webauthn_removed", "recovery_codes_generated",
    "account_connected", "account_disconnected",
)  # fmt: skip
CONTEXTS: dict[str, dict[str, Any]] = {
    "accounts.security_notice": {
        "what": "password_changed",
        "at": "2026-11-25T10:00:00+00:00",
        "device": "Firefox <b>",
    },
    "accounts.role_invitation": {"role": Role.CURATOR.value, "token": SECRET, "days": 7},
    "accounts.role_granted": {"role": Role.CURATOR.value},
    "accounts.role_removed": {"role": Role.CURATOR.value},
    "accounts.data_export_ready": {"hours": 48},
    "notifications.digest": {
        "items": [{"subject": "Cahul <3", "link": "https://nexus.example/x/"}],
        "count": 1,
        "more": 0,
        "digest": "daily",
    },
}
CYRILLIC, LATIN = re.compile("[а-яё]{4}", re.IGNORECASE), re.compile("[a-zăâîșț]{4}", re.IGNORECASE)


def context_of(kind: MessageKind) -> dict[str, Any]:
    """What its templates need."""
    return CONTEXTS.get(kind.code, {"code": SECRET, "minutes": 10})


def delivery(kind: MessageKind, language: str, channel: str, **context: Any) -> Delivery:
    """One message to someone who reads a language."""
    recipient = (
        ContactFactory(email="", phone="+37360123456", language=language, consented_at=None)
        if channel == Channel.SMS
        else UserFactory(language=language)
    )
    told = notify(
        kind=kind.code,
        recipient=recipient,
        context=context_of(kind) | context,
        dedupe_key=str(uuid.uuid4()),
        url="/account/export/" if kind.code == "accounts.data_export_ready" else "",
    )
    return told.deliveries.get(channel=channel)


class Outline(HTMLParser):
    """Tags of a page with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep it."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep it."""
        if not self.tags or self.tags[-1][0] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        """What a person reads."""
        return " ".join(" ".join(self.words).split())


BY_MAIL = [kind for kind in KINDS if Channel.EMAIL in kind.channels]
BY_SMS = [kind for kind in KINDS if Channel.SMS in kind.channels]


def test_kinds_of_accounts_are_declared() -> None:
    assert set(KINDS) <= set(declared())
    assert len(BY_MAIL) + len(BY_SMS) == len(KINDS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", BY_MAIL, ids=lambda kind: kind.code)
def test_mail_has_a_subject_a_text_and_a_page(kind: MessageKind, language: str) -> None:
    with translation.override("en" if language == "ro" else "ro"):  # the worker's language is no matter
        mail = rendering.mail(delivery(kind, language, Channel.EMAIL))
    page = Outline(mail.html)
    assert mail.subject
    assert "\n" not in mail.subject
    assert SECRET not in mail.subject
    assert len(mail.subject) <= 78
    for text in (mail.text, page.text):
        assert (SECRET in text) is (
            kind.is_secret and kind.code != "accounts.role_invitation"
        ) or SECRET in text
        assert "{{" not in text
        assert "{%" not in text
        assert len(text) > 100
    assert ("html", {"lang": language}) in page.tags
    names = [tag for tag, _attributes in page.tags]
    assert names.count("h1") == 1
    assert not {"img", "script", "iframe", "object", "link"} & set(names)
    for tag, attributes in page.tags:
        if tag == "a":
            assert str(attributes["href"]).startswith(("http://testserver", "https://nexus.example"))


@pytest.mark.parametrize("kind", BY_MAIL, ids=lambda kind: kind.code)
def test_secret_stands_in_the_body_alone(kind: MessageKind) -> None:
    mail = rendering.mail(delivery(kind, "en", Channel.EMAIL))
    assert (SECRET in mail.text) is kind.is_secret
    assert (SECRET in mail.html) is kind.is_secret


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", BY_SMS, ids=lambda kind: kind.code)
def test_sms_is_one_short_line(kind: MessageKind, language: str) -> None:
    message = rendering.short(delivery(kind, language, Channel.SMS))
    assert SECRET in message.text  # a code is what this one is for
    assert "\n" not in message.text
    assert 0 < len(message.text) <= 160


@pytest.mark.parametrize("what", CHANGES)
def test_each_change_of_an_account_has_a_sentence(what: str) -> None:
    [kind] = [kind for kind in KINDS if kind.code == "accounts.security_notice"]
    texts = {
        name: rendering.mail(delivery(kind, "en", Channel.EMAIL, what=name)).text.split("\n")[0]
        for name in (what, "something_new")
    }
    assert texts[what] != texts["something_new"]


def test_moment_is_told_on_the_readers_clock() -> None:
    [kind] = [kind for kind in KINDS if kind.code == "accounts.security_notice"]
    row = delivery(kind, "en", Channel.EMAIL)
    row.notification.user.time_zone = "Asia/Tokyo"  # type: ignore[union-attr]
    mail = rendering.mail(row)
    assert "19:00 (Tokyo)" in mail.text
    assert "Firefox &lt;b&gt;" in mail.html
    assert "Firefox <b>" in mail.text


@pytest.mark.parametrize(("language", "letters"), [("ru", CYRILLIC), ("en", LATIN)])
def test_subject_on_the_page_is_in_the_readers_language(language: str, letters: re.Pattern[str]) -> None:
    told = DeliveryFactory(channel="in_app").notification
    assert letters.search(rendering.subject_of(told, language).split(":")[0])


def test_subject_of_a_secret_needs_no_secret() -> None:
    for kind in KINDS:
        if kind.is_secret:
            told = Notification(kind=kind.code, context={}, contact=Contact(email="a@example.com"))
            assert rendering.subject_of(told, "en")


def test_what_others_wrote_breaks_neither_header_nor_page() -> None:
    told = DeliveryFactory(
        notification__context={"topic": "Cahul\r\nBcc: all@example.com\n<script>alert(1)</script>"}
    )
    mail = rendering.mail(told)
    assert "\n" not in mail.subject
    assert "\r" not in mail.subject
    assert "<script>" not in mail.html
    assert "&lt;script&gt;" in mail.html
    assert "<script>" in mail.text


def test_link_is_absolute_and_in_the_readers_language() -> None:
    told = DeliveryFactory(notification__url="/services/x/", notification__user__language="ru")
    mail = rendering.mail(told)
    for text in (mail.text, mail.html):
        assert "http://testserver/ru/services/x/" in text
        assert "http://testserver/ru/messages/preferences/" in text
    assert rendering.short(told).url == "http://testserver/ru/services/x/"


def test_mail_that_can_be_switched_off_says_how_in_words_and_for_machines() -> None:
    mail = rendering.mail(DeliveryFactory())
    assert mail.unsubscribe_url.startswith("http://testserver/hooks/unsubscribe/")
    assert mail.unsubscribe_url in mail.text
    assert mail.unsubscribe_url in mail.html


def test_mail_of_the_account_cannot_be_switched_off() -> None:
    mail = rendering.mail(delivery(BY_MAIL[0], "en", Channel.EMAIL))
    assert mail.unsubscribe_url == ""
    assert "unsubscribe" not in mail.text


def test_contact_is_not_told_of_an_account() -> None:
    [row] = notify(
        kind="tests.news", recipient=ContactFactory(language="en"), context={"topic": "x"}, dedupe_key="k"
    ).deliveries.all()
    mail = rendering.mail(row)
    assert "preferences" not in mail.text
    assert "account" not in mail.text


def test_sms_is_cut_where_it_would_cost_too_much() -> None:
    told = DeliveryFactory(notification__context={"topic": "x" * 1000})
    assert len(rendering.short(told).text) == rendering.SHORT_LENGTH


@pytest.mark.parametrize("name", ["granted", "removed", "invitation"])
def test_mails_about_roles_name_the_role_and_ask_for_no_answer_that_nobody_reads(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    [kind] = [kind for kind in KINDS if kind.code == f"accounts.role_{name}"]
    row = delivery(kind, "en", Channel.EMAIL)
    row.notification.context = row.notification.context | {"scopes": {"language": ["ru"]}}
    monkeypatch.setattr(rendering.settings, "REPLY_TO", None)
    mail = rendering.mail(row)
    for part in (mail.text, mail.html):
        assert "Curator" in part or "curator" in part
        assert "reply to this message" not in part
        # What an invitation is bound to is sealed with its token.
        assert name == "invitation" or "Russian" in part or "Русский" in part
    monkeypatch.setattr(rendering.settings, "REPLY_TO", "office@example.com")
    assert ("reply to this message" in rendering.mail(row).text) == (name == "removed")


@pytest.mark.parametrize("part", ["txt", "html"])
def test_the_place_of_an_invitation_is_no_sentence_of_its_own(part: str) -> None:
    told = {"role_label": "consilier", "where": "Cahul", "days": 7, "token": SECRET}
    with translation.override("ro"):
        text = render_to_string(f"accounts/notifications/role_invitation.{part}", told)
    assert "în rolul: consilier (Cahul)." in text
