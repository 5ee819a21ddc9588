"""Saved pages outlive a new release: the files that they name stay, and pages that may not be kept go."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

OLD_FILE = "/static/nexus.000000000000.css"
OLD_RELEASE = f"""async () => {{
  const shell = await caches.open("nexus-shell-of-yesterday");
  await shell.put("{OLD_FILE}", new Response("body {{}}", {{ headers: {{ "Content-Type": "text/css" }} }}));
  const copies = await caches.open("nexus-saved");
  const page = (text) => new Response(text, {{ headers: {{ "Content-Type": "text/html" }} }});
  await copies.put(location.origin + "/ro/services/kept/", page('<link rel="stylesheet" href="{OLD_FILE}">'));
  await copies.put(location.origin + "/ro/s/1/", page("saved before it said no-store"));
}}"""
ACTIVE = "async () => (await navigator.serviceWorker.ready).active.state === 'activated'"
UNREGISTER = "async () => (await navigator.serviceWorker.ready).unregister()"
HELD = "async ([name, address]) => !!(await (await caches.open(name)).match(location.origin + address))"


def until(page: Page, question: str) -> None:
    """Ask until the answer is yes; `wait_for_function` takes the promise of an answer for one."""
    for _try in range(200):
        if page.evaluate(question):
            return
        page.wait_for_timeout(100)
    raise AssertionError(question)


def test_files_of_a_saved_page_stay_when_their_shell_goes(page: Page, site: str) -> None:
    page.goto("/ro/about/")
    until(page, ACTIVE)
    page.evaluate(OLD_RELEASE)
    page.evaluate(UNREGISTER)
    page.goto("about:blank")  # with its last page the worker goes
    page.goto("/ro/about/")  # and comes anew, as that of a new release does
    until(page, "async () => !(await caches.has('nexus-shell-of-yesterday'))")
    assert page.evaluate(HELD, ["nexus-saved", OLD_FILE])


def test_a_copy_of_a_page_that_may_not_be_kept_goes(page: Page, site: str) -> None:
    page.goto("/ro/about/")
    until(page, ACTIVE)
    page.evaluate(OLD_RELEASE)
    assert page.evaluate(HELD, ["nexus-saved", "/ro/s/1/"])
    page.goto("/ro/s/1/")
    until(page, "async () => !(await (await caches.open('nexus-saved')).match(location.origin + '/ro/s/1/'))")
    assert "112" in page.locator("main").inner_text()


SPOILT = """() => {
  for (const name of ["open", "match"]) caches[name] = () => Promise.reject(new Error("the disk is spoilt"));
}"""


def test_a_device_whose_caches_fail_reads_the_portal_all_the_same(page: Page, site: str) -> None:
    page.goto("/ro/about/")
    until(page, ACTIVE)
    (worker,) = page.context.service_workers
    worker.evaluate(SPOILT)
    answer = page.goto("/ro/s/1/")
    assert answer
    assert answer.from_service_worker
    assert "112" in page.locator("main").inner_text()
    assert page.evaluate("[...document.styleSheets].every((sheet) => sheet.cssRules.length > 0)")
