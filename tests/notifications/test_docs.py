"""The list of messages for people who run the product is whole."""

from __future__ import annotations

import re

from django.conf import settings

from common.message_kinds import declared


def test_every_kind_of_message_is_in_the_manual() -> None:
    text = (settings.BASE_DIR / "docs" / "messages.md").read_text()
    told = set(re.findall(r"`((?:accounts|counselling|notifications|services|shopfronts)\.\w+)`", text))
    assert told == {kind.code for kind in declared() if kind.app != "tests"}
