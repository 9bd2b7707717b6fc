"""People in the browser: found, looked at while something happens to them, changed, joined and forgotten."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from parcours.testing.site import Site
from tests.web.conftest import Opened

pytestmark = [pytest.mark.slow, pytest.mark.browser]

KIOSK = {
    "name": "Kiosk buyers",
    "rule": {"event": "purchase", "where": {"field": "store", "is": "kiosk"}, "in_last": "1 day"},
}


def kiosk_segment(site: Site) -> None:
    """A segment that nobody of the demo is in."""
    site.client.did("PUT", "/segments/kiosk", {"definition": KIOSK, "publish": True})


def tell(site: Site, profile: str, event: str, **properties: Any) -> None:
    """An event of a person, now."""
    site.client.did("POST", f"/profiles/{profile}/events", {"event": event, "properties": properties})


def test_an_event_moves_a_person_while_somebody_looks(site: Site, opened: Opened, axe: Callable[[Page], None]) -> None:
    kiosk_segment(site)
    page = opened(site, "/people/7")
    pulse = opened(site, "/")
    moves = pulse.get_by_role("list", name="As it happens")
    expect(moves.get_by_role("listitem").first).to_be_visible()
    segments = page.get_by_role("region", name="Segments")
    expect(segments).to_be_visible()
    expect(segments.get_by_role("link", name="Kiosk buyers")).to_have_count(0)
    tell(site, "7", "purchase", store="kiosk", total=4.0)
    expect(segments.get_by_role("link", name="Kiosk buyers")).to_be_visible()
    expect(moves.get_by_role("listitem").first).to_contain_text("Kiosk buyers")
    expect(moves.get_by_role("listitem").first.get_by_role("link", name="7", exact=True)).to_be_visible()
    page.get_by_role("button", name="Why Kiosk buyers?").click()
    why = page.get_by_role("dialog")
    expect(why).to_contain_text("In the segment")
    expect(why).to_contain_text("kiosk")
    axe(page)
    page.go_back()
    expect(why).to_have_count(0)
    page.get_by_role("tab", name="Timeline").click()
    expect(page.get_by_text("Entered Kiosk buyers")).to_be_visible()


def test_people_are_found_and_the_way_back_leads_to_the_same_list(
    page: Page, site: Site, axe: Callable[[Page], None]
) -> None:
    page.goto("/people")
    table = page.get_by_role("region", name="People")
    expect(table.get_by_role("row")).to_have_count(51)
    page.get_by_label("Search").fill("HOLD-17")
    expect(page).to_have_url(re.compile("search=HOLD-17"))
    expect(page.get_by_text("of 110")).to_be_visible()
    page.get_by_role("button", name="Add a filter").click()
    page.get_by_role("combobox", name="Attribute").click()
    page.get_by_role("option", name="age", exact=True).click()
    page.get_by_role("combobox", name="Value").click()
    page.get_by_role("option", name="65+").click()
    page.get_by_role("button", name="Filter", exact=True).click()
    expected = site.client.did(
        "POST", "/profiles/find", {"search": "hold-17", "where": {"attribute": "age", "is": "65+"}, "total": True}
    )
    expect(table.get_by_role("row")).to_have_count(expected["total"] + 1)
    axe(page)
    first = expected["items"][0]["profile_id"]
    page.get_by_role("link", name=first, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"household-{first}@example.com")
    page.go_back()
    expect(page.get_by_label("Search")).to_have_value("HOLD-17")
    expect(table.get_by_role("row")).to_have_count(expected["total"] + 1)
    page.get_by_role("button", name="Remove the filter on age").click()
    expect(table.get_by_role("row")).to_have_count(51)
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("51–100 of 110")).to_be_visible()
    page.get_by_label("Search").fill("nobody is called this")
    expect(page.get_by_role("heading", name="Nobody fits")).to_be_visible()
    page.get_by_role("button", name="Clear search and filters").click()
    expect(table.get_by_role("row")).to_have_count(51)


def test_an_attribute_is_changed_where_it_stands(page: Page, site: Site) -> None:
    tell(site, "changed", "purchase", store="1", total=1.0)
    page.goto("/people/changed")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("combobox", name="Attribute").fill("email")
    page.get_by_role("textbox", name="Value").fill("ada@example.com")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ada@example.com")
    page.get_by_role("button", name="Edit email").click()
    page.get_by_role("textbox", name="email").fill("ada@example.org")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ada@example.org")
    assert site.client.did("GET", "/profiles/changed")["attributes"]["email"] == "ada@example.org"


def test_two_profiles_become_one_and_are_separated_again(page: Page, site: Site) -> None:
    for profile in ("left", "right"):
        tell(site, profile, "purchase", store="1", total=1.0)
    page.goto("/people/left")
    page.get_by_role("button", name="Merge…").click()
    box = page.get_by_role("dialog")
    expect(box.get_by_role("button", name="Merge", exact=True)).to_be_disabled()
    box.get_by_role("combobox", name="Becomes part of").fill("right")
    page.get_by_role("option", name="right").click()
    box.get_by_role("button", name="Merge", exact=True).click()
    expect(page).to_have_url(re.compile("/people/right"))
    ids = page.get_by_role("region", name="Ids")
    expect(ids).to_contain_text("left became part of right")
    expect(page.get_by_text("2 events", exact=True)).to_be_visible()
    ids.get_by_role("button", name="Take back").click()
    page.get_by_role("dialog").get_by_role("button", name="Take back").click()
    expect(ids).to_contain_text("was taken out again")
    assert site.client.did("GET", "/profiles/left")["ids"] == ["left"]


def test_who_is_erased_is_gone_only_when_her_id_was_typed(page: Page, site: Site) -> None:
    tell(site, "forget-me", "purchase", store="1", total=1.0)
    page.goto("/people/forget-me")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
        page.get_by_role("menuitem", name="One JSON file").click()
    assert "forget-me" in download.value.path().read_text()
    page.get_by_role("button", name="Erase…").click()
    box = page.get_by_role("dialog")
    expect(box).to_contain_text("1 event")
    act = box.get_by_role("button", name="Erase for good")
    box.get_by_label("Type forget-me to confirm").fill("forget")
    expect(act).to_be_disabled()
    box.get_by_label("Type forget-me to confirm").fill("forget-me")
    act.click()
    expect(page).to_have_url(f"{site.address}/people")
    page.goto("/people/forget-me")
    expect(page.get_by_role("alert")).to_be_visible()
    assert site.client.ask("GET", "/profiles/forget-me").status == 404
