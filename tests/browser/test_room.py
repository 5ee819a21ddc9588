"""The waiting room in a browser: the tablet forgets, the screen keeps going, both work by touch and by eye."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.room_rig import TABLET, NewTab, Rig
from tests.browser.test_every_page import findings

pytestmark = pytest.mark.browser
HUGE_TABLET = {"width": 1080, "height": 1920}
TELEVISION = {"width": 1920, "height": 1080}
SMALLEST = 88  # pixels
COUNT_TIMERS = """
    window.timers = new Set();
    const { setTimeout: set, clearTimeout: clear } = window;
    window.setTimeout = (deed, ...rest) => {
        const id = set((...args) => { timers.delete(id); deed(...args); }, ...rest);
        timers.add(id);
        return id;
    };
    window.clearTimeout = (id) => { timers.delete(id); clear(id); };
"""


def kiosk(tokens: dict[str, str], page: str = "", language: str = "ro") -> str:
    """A page of the tablet."""
    return f"/{language}/room/kiosk/{tokens['kiosk']}/{page}"


def number_on(tab: Page) -> str:
    """The number that the tablet shows."""
    return tab.locator(".number__ticket").inner_text()


def small_targets(tab: Page) -> list[str]:
    """What can be tapped and is smaller than promised."""
    found: list[str] = tab.evaluate(
        """smallest => [...document.querySelectorAll("a, button, input:not([type=hidden])")]
            .filter(one => one.checkVisibility())
            .map(one => [one.getBoundingClientRect(), one.textContent.trim()])
            .filter(([box]) => Math.min(box.width, box.height) < smallest - 0.5)
            .map(([box, text]) => `${text} ${box.width} x ${box.height}`)""",
        SMALLEST,
    )
    return found


def small_letters(tab: Page) -> list[str]:
    """Texts under 24 px."""
    found: list[str] = tab.evaluate(
        """() => { const found = [];
            const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walk.nextNode()) { const one = walk.currentNode.parentElement;
                if (walk.currentNode.data.trim() && one.checkVisibility()
                    && parseFloat(getComputedStyle(one).fontSize) < 23.9) found.push(walk.currentNode.data.trim()); }
            return found; }"""
    )
    return found


def check(tab: Page) -> None:
    """Accessible, large, and not wider than the glass."""
    assert findings(tab) == []
    assert small_targets(tab) == []
    assert small_letters(tab) == []
    assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize(("language", "viewport"), [("ro", TABLET), ("ru", HUGE_TABLET)])
def test_a_ticket_in_four_taps(
    language: str, viewport: dict[str, int], room: Rig, tokens: dict[str, str], new_tab: NewTab
) -> None:
    room("tickets", 2)
    tab = new_tab(viewport)
    tab.goto(kiosk(tokens))
    check(tab)
    tab.tap(f"[hreflang={language}]")
    tab.wait_for_url("**/start/")
    assert tab.evaluate("document.documentElement.lang") == language
    check(tab)
    tab.tap("a[href$='/ticket/']")
    tab.wait_for_url("**/ticket/")
    check(tab)
    tab.locator("button[name=reason]").nth(1).tap()
    tab.wait_for_url("**/number/**")
    assert number_on(tab) == "U-003"
    expect(tab.locator(".number__before")).to_contain_text("2")
    expect(tab.locator("svg.qr")).to_be_visible()
    check(tab)
    assert tab.evaluate("history.length") <= 2  # the tab's first empty page, and the tablet's only entry
    tab.tap("main a")
    tab.wait_for_url(f"**{kiosk(tokens)}")
    tab.go_back()
    assert "/number/" not in tab.url


def test_two_quick_taps_are_one_ticket(room: Rig, tokens: dict[str, str], new_tab: NewTab) -> None:
    tab = new_tab()
    tab.goto(kiosk(tokens, "ticket/"))
    tab.evaluate(
        "() => { const one = document.querySelector('button[name=reason]'); one.click(); one.click(); }"
    )
    tab.wait_for_url("**/number/**")
    assert number_on(tab) == "U-001"
    assert room("tickets", 1) == ["U-002"]


def test_a_reference_typed_by_touch_and_by_keys(room: Rig, tokens: dict[str, str], new_tab: NewTab) -> None:
    room("expect", "AB23CD45")
    tab = new_tab()
    tab.goto(kiosk(tokens, "reference/", "ru"))
    check(tab)
    requests: list[str] = []
    tab.on("request", lambda request: requests.append(request.method))
    for sign in "AB24":
        tab.tap(f"button[name=key][value='{sign}']")
    assert requests == []  # keys write at once
    tab.tap("[data-done]")  # too short: nothing happens to anyone
    expect(tab.locator("[data-signs]")).to_contain_text("AB24")
    tab.tap("button[value=back]")
    tab.keyboard.type("3cd4Z")
    tab.keyboard.press("Backspace")
    tab.keyboard.type("4")
    tab.tap("[data-done]")
    expect(tab.locator("[role=alert].kiosk-lead")).to_be_visible()  # AB23CD44: not among today's
    check(tab)
    tab.tap("button[value=back]")
    tab.tap("button[value='5']")
    tab.tap("[data-done]")
    tab.wait_for_url("**/number/**")
    assert number_on(tab) == "U-001"
    assert tab.evaluate("history.length") <= 2


def test_a_time_that_two_people_have(room: Rig, tokens: dict[str, str], new_tab: NewTab) -> None:
    time = room("expect", "AB23CD45")
    room("expect", "AC23CD45")
    tab = new_tab()
    tab.goto(kiosk(tokens, "time/"))
    check(tab)
    tab.tap(f"button[value='{time}']")
    tab.wait_for_url("**/reference/?at=*")
    for sign in "AC2":
        tab.tap(f"button[name=key][value='{sign}']")
    tab.tap("[data-done]")
    tab.wait_for_url("**/number/**")
    tab.goto(kiosk(tokens, "time/"))
    tab.tap(f"button[value='{time}']")  # now it is the time of one person alone
    tab.wait_for_url("**/number/**")
    assert number_on(tab) == "U-002"


def test_nobody_there_and_the_person_is_forgotten(room: Rig, tokens: dict[str, str], new_tab: NewTab) -> None:
    tab = new_tab()
    tab.clock.install()
    tab.goto(kiosk(tokens, "ticket/"))
    tab.locator("button[name=reason]").first.tap()
    tab.wait_for_url("**/number/**")
    tab.clock.run_for(19_000)
    expect(tab.locator("[data-still]")).to_be_hidden()
    tab.clock.run_for(1_500)
    expect(tab.locator("[data-still]")).to_be_visible()
    assert findings(tab) == []
    tab.tap("[data-stay]")
    expect(tab.locator("[data-still]")).to_be_hidden()
    tab.clock.run_for(20_500)
    tab.clock.run_for(7_000)
    assert tab.locator("[data-left]").inner_text() == "3"
    tab.clock.run_for(3_500)
    tab.wait_for_url(f"**{kiosk(tokens)}")
    expect(tab.locator("[data-welcome]")).to_be_visible()
    assert "U-001" not in tab.content()
    tab.go_back()
    assert "U-001" not in tab.content()


def test_a_page_out_of_the_history_shows_nobody(room: Rig, tokens: dict[str, str], new_tab: NewTab) -> None:
    tab = new_tab()
    tab.goto(kiosk(tokens, "ticket/"))
    tab.locator("button[name=reason]").first.tap()
    tab.wait_for_url("**/number/**")
    tab.goto(kiosk(tokens))  # someone with a keyboard
    tab.go_back()
    tab.wait_for_url(f"**{kiosk(tokens)}")
    expect(tab.locator("[data-welcome]")).to_be_visible()
    assert "U-001" not in tab.content()


def test_without_the_network_nothing_of_the_person_stays(
    room: Rig, tokens: dict[str, str], new_tab: NewTab
) -> None:
    tab = new_tab()
    tab.clock.install()
    tab.goto(kiosk(tokens, "ticket/"))
    tab.context.set_offline(True)
    tab.locator("button[name=reason]").first.tap()
    expect(tab.locator("[data-offline]")).to_be_visible()  # and no page of errors of the browser's own
    tab.context.set_offline(False)
    tab.locator("button[name=reason]").first.tap()
    tab.wait_for_url("**/number/**")
    assert number_on(tab) == "U-001"
    tab.context.set_offline(True)
    tab.clock.run_for(31_000)
    expect(tab.locator("[data-offline]")).to_be_visible()
    assert "U-001" not in tab.content()
    tab.context.set_offline(False)
    tab.clock.run_for(5_500)
    tab.wait_for_url(f"**{kiosk(tokens)}")


def test_a_closed_tablet_says_so_and_opens_by_itself(
    room: Rig, tokens: dict[str, str], new_tab: NewTab
) -> None:
    tab = new_tab()
    tab.clock.install()
    room("shut")
    try:
        tab.goto(kiosk(tokens))
        expect(tab.locator(".welcome__closed")).to_have_count(3)
        check(tab)
    finally:
        room("reopen")
    tab.clock.fast_forward(60_500)
    expect(tab.locator("[hreflang]")).to_have_count(3)


def test_all_works_without_javascript(room: Rig, tokens: dict[str, str], new_tab: NewTab) -> None:
    room("expect", "AB23CD45")
    tab = new_tab(java_script_enabled=False)
    tab.goto(kiosk(tokens))
    tab.tap("[hreflang=ro]")
    assert tab.locator("meta[http-equiv=refresh]").get_attribute("content") == f"30;url={kiosk(tokens)}"
    tab.tap("a[href$='/ticket/']")
    tab.locator("button[name=reason]").first.tap()
    assert number_on(tab) == "U-001"
    tab.goto(kiosk(tokens, "reference/"))
    for sign in "AB23CD45":
        tab.tap(f"button[name=key][value='{sign}']")
    tab.tap("[data-done]")
    assert number_on(tab) == "U-002"


# ---------------------------------------------------------------- the screen


def screen(tokens: dict[str, str]) -> str:
    """The television's page."""
    return f"/ro/room/screen/{tokens['screen']}/"


def test_the_screen_follows_calls_and_survives_an_outage(
    room: Rig, tokens: dict[str, str], new_tab: NewTab
) -> None:
    first, second, _third = room("tickets", 3)
    tab = new_tab(TELEVISION, has_touch=False, reduced_motion="reduce")
    tab.clock.install()
    tab.goto(screen(tokens))
    expect(tab.locator("[data-nobody]")).to_be_visible()
    assert findings(tab) == []
    last = tab.locator(".last")
    room("call", "2")
    tab.clock.run_for(3_100)
    expect(last.locator("[data-number]")).to_have_text(first)
    expect(last.locator("[data-desk]")).to_have_text("2")
    expect(last).to_have_class("last is-new")
    expect(tab.locator("[data-told]")).to_contain_text(first)
    expect(tab.locator("[data-waiting]")).to_have_text("2")
    assert findings(tab) == []
    tab.clock.run_for(9_000)
    expect(last).to_have_class("last")
    room("recall")
    tab.clock.run_for(3_100)
    expect(last).to_have_class("last is-new")
    tab.route("**/state/", lambda route: route.abort())
    tab.clock.run_for(3_100)
    expect(tab.locator("[data-offline]")).to_be_hidden()  # a moment is no outage
    for _step in range(6):
        tab.clock.run_for(5_000)
    expect(tab.locator("[data-offline]")).to_be_visible()
    expect(tab.locator("[data-clock]")).to_be_hidden()
    room("call", "3")
    tab.unroute("**/state/")
    tab.clock.fast_forward(31_000)  # a jump: the answer comes in real time, and no patience runs out before
    expect(last.locator("[data-number]")).to_have_text(second)
    expect(tab.locator(".before [data-number]").first).to_have_text(first)
    tab.clock.run_for(1_100)
    expect(tab.locator("[data-offline]")).to_be_hidden()


def test_the_screen_runs_for_hours_without_growing(
    room: Rig, tokens: dict[str, str], new_tab: NewTab
) -> None:
    tab = new_tab(TELEVISION, has_touch=False)
    calls = 0

    def answer(route: Any) -> None:
        nonlocal calls
        calls += 1
        call = {"number": f"U-{calls % 999:03d}", "desk": str(calls % 9 + 1), "calls": 1}
        state = {"called": [call], "waiting": calls % 40, "clock": "10:00"}
        route.fulfill(json=state, headers={"ETag": f'"{calls}"'})

    tab.route("**/state/", answer)
    tab.clock.install()
    tab.add_init_script(COUNT_TIMERS)
    tab.goto(screen(tokens))
    shown = tab.locator(".last [data-number]")
    expect(shown).to_have_text("U-001")
    before = tab.evaluate("document.getElementsByTagName('*').length")
    for step in range(2, 22):
        tab.clock.run_for(3_000)
        expect(shown).to_have_text(f"U-{step:03d}")
    assert tab.evaluate("document.getElementsByTagName('*').length") == before
    assert tab.evaluate("timers.size") <= 3  # the next question, and the marks of new calls


def test_sound_is_off_until_someone_turns_it_on(room: Rig, tokens: dict[str, str], new_tab: NewTab) -> None:
    tab = new_tab(TELEVISION, has_touch=False)
    tab.goto(screen(tokens))
    button = tab.locator("[data-sound]")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert tab.evaluate("localStorage.getItem('nexus-room-sound')") == "on"
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
