"""The main path: from the first start to a segment that an event of a client library fills; and by keyboard alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from segment.analytics.client import Client

import parcours
from parcours.testing.site import PASSWORD, Site, serving
from tests.web.conftest import Opened

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def bought(site: Site, write_key: str, person: str) -> None:
    """Somebody buys, as the Python library of Segment sends it."""
    client = Client(write_key, host=site.address, sync_mode=True, max_retries=0)
    client.identify(person, {"email": f"{person}@example.com"})
    client.track(person, "Order Completed", {"total": 80, "category": "books"})


def test_from_the_first_start_to_somebody_who_enters(tmp_path: Path, wheel: Path, opened: Opened) -> None:
    parcours.init(tmp_path / "workspace").close()
    with serving(tmp_path / "workspace", package=wheel, first=True) as site:
        page = opened(site, signed_in=False)
        page.get_by_label("E-mail").fill("admin@localhost")
        page.get_by_label(re.compile("^Password")).fill(site.password)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_label("New password").fill(PASSWORD)
        page.get_by_role("button", name="Set password and sign in").click()

        page.get_by_role("button", name="Make a source").click()
        expect(page.get_by_role("region", name="Example")).to_be_visible()
        (source,) = site.client.did("GET", "/sources")["items"]
        bought(site, source["write_key"], "ada")
        expect(page.get_by_text("There is 1 person.")).to_be_visible()

        page.goto("/segments/new")
        page.get_by_role("button", name=re.compile("^Active: order_completed in the last 30 days")).click()
        expect(page.get_by_role("region", name="Right now")).to_contain_text(re.compile(r"1\s*person of 1"))
        page.get_by_role("textbox", name="Name").fill("Buyers")
        page.get_by_role("button", name="Publish …").click()
        page.get_by_role("dialog").get_by_role("button", name="Publish", exact=True).click()
        expect(page).to_have_url(f"{site.address}/segments/buyers")

        page.goto("/segments/buyers?tab=members")
        expect(page.get_by_role("link", name="ada", exact=True)).to_be_visible()
        bought(site, source["write_key"], "grace")
        expect(page.get_by_role("link", name="grace", exact=True)).to_be_visible()


def focus(page: Page, name: str | re.Pattern[str], *, back: bool = False) -> None:
    """Press Tab until something of that name has the focus."""
    for _ in range(120):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        held = page.locator(":focus")
        if held.count() == 0:
            continue
        words = held.evaluate(
            "one => [one.getAttribute('aria-label'), one.labels?.[0]?.innerText, one.innerText, one.placeholder]"
        )
        if any(word and re.match(name, word.strip()) for word in words):
            return
    raise AssertionError(f"Tab leads to nothing that is called {name}")


def test_a_segment_is_found_changed_and_explained_by_keyboard_alone(site: Site, opened: Opened) -> None:
    page = opened(site, signed_in=False)
    page.get_by_label("E-mail").wait_for()
    focus(page, "E-mail")
    page.keyboard.type("admin@localhost")
    focus(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Pulse").wait_for()

    focus(page, "Skip to content")
    page.keyboard.press("Enter")
    assert page.locator(":focus").get_attribute("id") == "main"
    focus(page, "Segments", back=True)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Gold customers").wait_for()
    focus(page, "Search")
    page.keyboard.type("gold par")
    expect(page.get_by_role("row")).to_have_count(2)
    focus(page, "Gold parents")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Gold parents").wait_for()

    focus(page, "Overview")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("tab=why"))
    focus(page, "Edit", back=True)
    page.keyboard.press("Enter")
    page.get_by_role("region", name="Who is in it").wait_for()
    focus(page, "Description")
    page.keyboard.press("Control+End")
    page.keyboard.type(" By keyboard.")
    focus(page, "Save draft", back=True)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    found = site.client.did("GET", "/segments/gold-parents")
    assert found["definition"]["description"].endswith(" By keyboard.")
