"""Segments in the browser: found in the list, looked at, explained, changed, brought back, taken away as a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import Opened, Site

pytestmark = [pytest.mark.slow, pytest.mark.browser]

Axe = Callable[[Page], None]


def parents(least: int, name: str = "Spending parents") -> dict[str, Any]:
    """Households with children that spent at least so much."""
    spent = {"event": "purchase", "sum": "total", "in_last": "60 days", "at_least": least}
    return {"name": name, "rule": {"all": [spent, {"attribute": "has_kids", "is": True}]}}


def save(site: Site, segment: str, definition: dict[str, Any], publish: bool = False) -> None:
    """A version of a segment, as somebody saves it."""
    site.client.did("PUT", f"/segments/{segment}", {"definition": definition, "publish": publish})


def told(site: Site, segment: str, what: str = "") -> Any:
    """What the service says of a segment."""
    return site.client.did("GET", f"/segments/{segment}{what}")


def members_of(site: Site, segment: str) -> list[str]:
    """Who is in a segment."""
    return [each["profile_id"] for each in told(site, segment, "/members?limit=10000")["items"]]


def figure(page: Page, name: str) -> int:
    """One of the numbers of a segment."""
    shown = page.locator("dl > div", has_text=name).locator("dd")
    expect(shown).to_have_text(re.compile(r"\d"))
    return int(re.sub(r"\D", "", shown.inner_text()))


def test_a_segment_is_found_in_the_list_and_the_way_back_leads_to_the_same_list(
    site: Site, opened: Opened, axe: Axe
) -> None:
    page = opened(site, "/segments")
    rows = page.get_by_role("region", name="Segments").get_by_role("row")
    expect(rows.filter(has_text="Spent $700 or more")).to_be_visible()
    axe(page)
    page.get_by_role("columnheader", name="Members").get_by_role("button").click()
    members = [each["members"] for each in site.client.did("GET", "/segments?limit=100")["items"]]
    expect(rows.nth(1)).to_contain_text(str(max(members)))
    page.get_by_role("searchbox", name="Search").fill("silver")
    expect(rows).to_have_count(3)
    expect(page).to_have_url(re.compile(r"sort=-members&search=silver|search=silver&sort=-members"))
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("checkbox", name="Used by").check()
    page.keyboard.press("Escape")
    expect(page.get_by_role("columnheader", name="Used by")).to_be_visible()
    page.get_by_role("link", name="Silver customers").click()
    expect(page.get_by_role("heading", level=1, name="Silver customers")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("searchbox", name="Search")).to_have_value("silver")
    expect(rows).to_have_count(3)


def test_the_numbers_of_a_page_are_those_of_the_workspace_and_move_with_it(
    site: Site, opened: Opened, axe: Axe
) -> None:
    rule = {"event": "purchase", "where": {"field": "store", "is": "tea-house"}}
    save(site, "tea", {"name": "Tea", "rule": rule}, publish=True)
    page = opened(site, "/segments/tea")
    assert figure(page, "Members now") == 0
    site.client.did("POST", "/profiles/7/events", {"event": "purchase", "properties": {"store": "tea-house"}})
    expect(page.locator("dl > div", has_text="Members now").locator("dd")).to_have_text("1")
    page.goto("/segments/silver")
    assert figure(page, "Members now") == told(site, "silver", "/count")
    expect(page.get_by_role("link", name="silver-not-mailed")).to_be_visible()
    expect(page.get_by_role("img", name="Members, entries and exits over time")).to_be_visible()
    axe(page)
    page.get_by_role("region", name="Growth").get_by_role("button", name="As a table").click()
    newest = page.get_by_role("table", name="Members, entries and exits over time").get_by_role("row").nth(1)
    day = told(site, "silver", "/history?limit=10000")["items"][-1]
    expect(newest.get_by_role("cell").nth(1)).to_have_text(str(day["members"]))
    expect(newest.get_by_role("cell").nth(2)).to_have_text(str(day["entries"]))
    axe(page)


def test_anybody_can_be_asked_about(site: Site, opened: Opened, axe: Axe) -> None:
    page = opened(site, "/segments/silver?tab=members")
    member, outsider = members_of(site, "silver")[0], members_of(site, "gold")[0]
    expect(page.get_by_role("region", name="List of the members").get_by_role("row")).to_have_count(51)
    axe(page)
    page.get_by_role("tab", name="Why?").click()
    picker = page.get_by_role("combobox", name="Whose membership do you want explained?")
    for person, verdict in ((member, "In the segment"), (outsider, "Not in the segment")):
        picker.fill(f"household-{person}@")
        page.get_by_role("option", name=re.compile(rf"^{person} ")).click()
        expect(page.get_by_role("heading", name=f"Person {person}")).to_be_visible()
        expect(page.get_by_text(verdict, exact=True)).to_be_visible()
    page.get_by_role("button", name=re.compile("^Show the .*counted$")).first.click()
    expect(page.get_by_role("table", name="Events that counted")).to_be_visible()
    axe(page)
    page.reload()
    expect(page.get_by_role("heading", name=f"Person {outsider}")).to_be_visible()


def test_a_version_is_compared_and_gone_back_to(site: Site, opened: Opened, axe: Axe) -> None:
    for least in (300, 400):
        save(site, "spending-parents", parents(least))
    page = opened(site, "/segments/spending-parents?tab=versions")
    changes = page.get_by_role("region", name="Differences")
    expect(changes.locator("del")).to_have_text("300 ")
    expect(changes.locator("ins")).to_have_text("400 ")
    expect(changes.get_by_role("row").filter(has_text="rule › all › 1 › at least")).to_contain_text("Changed")
    axe(page)
    page.get_by_role("button", name="Go back to it").click()
    page.get_by_role("dialog").get_by_role("button", name="Go back to it").click()
    expect(page.get_by_role("region", name="List of the versions").get_by_role("row")).to_have_count(4)
    assert told(site, "spending-parents")["version"] == 3
    assert "at least 300" in told(site, "spending-parents", "/sentence")


def test_a_draft_is_published_stopped_deleted_and_brought_back(site: Site, opened: Opened, axe: Axe) -> None:
    save(site, "short-lived", parents(100, "Short-lived"))
    page = opened(site, "/segments/short-lived")
    expect(page.get_by_text("This segment is a draft")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("dialog")).to_contain_text("people enter at once")
    axe(page)
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("This segment is a draft")).to_have_count(0)
    expect(page.locator("dl > div", has_text="Members now").locator("dd")).not_to_have_text("0")
    members = told(site, "short-lived", "/count")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Delete").click()
    sure = page.get_by_role("dialog")
    expect(sure).to_contain_text(f"{members} people leave")
    sure.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("status").filter(has_text="was deleted")).to_contain_text("Short-lived")
    assert told(site, "short-lived")["state"] == "deleted"
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Short-lived")).to_be_visible()
    assert told(site, "short-lived", "/count") == members


def test_what_is_in_use_cannot_be_deleted(site: Site, opened: Opened) -> None:
    page = opened(site, "/segments?search=silver")
    page.get_by_role("button", name="Actions for Silver customers").click()
    page.get_by_role("menuitem", name="Delete").click()
    sure = page.get_by_role("dialog")
    expect(sure.get_by_role("link", name="silver-not-mailed")).to_be_visible()
    expect(sure.get_by_role("button", name="Delete")).to_be_disabled()


def test_members_are_taken_away_as_a_file(site: Site, opened: Opened, tmp_path: Path, axe: Axe) -> None:
    page = opened(site, "/segments/silver?tab=export")
    expect(page.get_by_role("button", name="Export", exact=True)).to_be_visible()
    axe(page)
    with page.expect_download() as given:
        page.get_by_role("button", name="Export", exact=True).click()
    given.value.save_as(tmp_path / "silver.csv")
    assert given.value.suggested_filename == "silver.csv"
    rows = pl.read_csv(tmp_path / "silver.csv", infer_schema=False)
    assert sorted(rows["profile_id"]) == sorted(members_of(site, "silver"))
    assert "email" in rows.columns


@pytest.mark.parametrize("path", ["/segments", "/segments/silver", "/segments/silver?tab=members"])
def test_it_fits_a_phone_in_french_and_dark(site: Site, opened: Opened, axe: Axe, path: str) -> None:
    page = opened(site, path, locale="fr-FR", color_scheme="dark", width=390)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text(re.compile(r"Membres")).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(page)


def test_the_first_segment_is_invited(empty_site: Site, opened: Opened, axe: Axe) -> None:
    page = opened(empty_site, "/segments")
    expect(page.get_by_role("heading", name="No segments yet")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="New segment").first.click()
    expect(page).to_have_url(f"{empty_site.address}/segments/new")
