"""One's place in the queue, on one's own telephone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.room_rig import NewTab, Rig
from tests.browser.test_every_page import findings

pytestmark = pytest.mark.browser


def test_ones_place_follows_the_queue(room: Rig, new_tab: NewTab) -> None:
    number = room("tickets", 2)[1]
    tab = new_tab({"width": 320, "height": 640})
    tab.clock.install()
    tab.goto(f"/ro/room/place/{room('place_of', number)}/")
    expect(tab.locator(".place__number")).to_have_text(number)
    assert findings(tab) == []
    first = tab.locator(".place__before").inner_text()
    room("call", "1")
    with tab.expect_response("**/place/**seen=*"):
        tab.clock.run_for(15_500)
    expect(tab.locator(".place__before")).not_to_have_text(first)
    room("call", "7")
    with tab.expect_response("**/place/**seen=*"):
        tab.clock.run_for(15_500)
    expect(tab.locator(".place__called")).to_contain_text("7")
    assert findings(tab) == []
    tab.tap("#place button")
    expect(tab.locator("#place button")).to_have_count(0)


def test_ones_place_says_since_when_it_is_not_up_to_date(
    room: Rig,
    new_tab: NewTab,
) -> None:
    """Two before me are no two before me any more when nothing was heard for a minute."""
    number = room("tickets", 2)[1]
    tab = new_tab({"width": 320, "height": 640})
    tab.clock.install()
    tab.goto(f"/ro/room/place/{room('place_of', number)}/")
    told = tab.locator("[data-stale]")
    expect(told).to_be_hidden()
    tab.context.set_offline(True)
    tab.clock.run_for(15_500)
    expect(told).to_be_visible()
    expect(told).to_have_text(re.compile(r"Pagina nu mai este actuală din ora \d\d:\d\d\."))
    assert findings(tab) == []
    tab.context.set_offline(False)
    with tab.expect_response("**/place/**seen=*"):
        tab.clock.run_for(15_500)
    expect(told).to_be_hidden()
