"""The segment builder: from nothing to a published segment, in both modes, and what it never loses."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from parcours.testing.site import Site
from tests.web.conftest import Opened

pytestmark = [pytest.mark.slow, pytest.mark.browser]

Axe = Callable[[Page], None]


def people(page: Page) -> int:
    """How many people the rule is about, once they are counted."""
    panel = page.get_by_role("region", name="Right now")
    expect(panel).to_contain_text(re.compile(r"p(eople|erson) of"))
    expect(panel).not_to_contain_text("Counting")
    found = re.search(r"([\d,]+)\s*p(?:eople|erson) of", panel.inner_text())
    assert found is not None
    return int(found[1].replace(",", ""))


def mode(page: Page, name: str) -> None:
    page.get_by_role("radiogroup", name="How the rule is edited").get_by_text(name).click()


def written(page: Page) -> str:
    return page.get_by_role("textbox", name="Rule", exact=True).inner_text()


def choose(page: Page, label: str, option: str, number: int = 0) -> None:
    page.get_by_role("combobox", name=label).nth(number).click()
    page.get_by_role("option", name=re.compile(f"^{re.escape(option)}")).first.click()


def test_a_first_segment_is_built_without_writing(site: Site, opened: Opened, axe: Axe) -> None:
    page = opened(site, "/segments/new")
    page.get_by_role("button", name="Active: purchase in the last 30 days").click()
    active = people(page)
    expect(page.get_by_role("region", name="In words")).to_contain_text("in the last 30 days")
    expect(page.get_by_role("region", name="For example").get_by_role("link")).to_have_count(6)

    page.get_by_role("button", name="+ Who they are").click()
    page.get_by_role("combobox", name="Attribute").fill("inco")
    page.get_by_role("option", name="income").click()
    expect(page.get_by_text("Enter a value. Until then this condition does not count.")).to_be_visible()
    page.get_by_role("combobox", name="Value of income").click()
    known = page.get_by_role("option").filter(has_text="50-74K")
    expect(known).to_contain_text("192")
    known.click()
    expect(page.get_by_role("region", name="In words")).to_contain_text('income is "50-74K"')
    assert 0 < people(page) < active

    page.get_by_role("button", name="+ Filter").click()
    choose(page, "Property", "total")
    page.get_by_role("textbox", name="Value of total").fill("50")
    expect(page.get_by_role("region", name="In words")).to_contain_text("total is at least 50")
    axe(page)

    page.get_by_role("textbox", name="Name").fill("Active and comfortable")
    expect(page.get_by_role("textbox", name="Id")).to_have_value("active-and-comfortable")
    members = people(page)
    page.get_by_role("button", name="Publish …").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"From 0 to {members} members")
    expect(dialog).to_contain_text(f"{members} people enter at once")
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(page).to_have_url(f"{site.address}/segments/active-and-comfortable")
    expect(page.get_by_role("main")).to_contain_text(str(members))


def test_both_modes_say_the_same_and_nothing_is_lost_between_them(site: Site, opened: Opened, axe: Axe) -> None:
    page = opened(site, "/segments/fish-lovers/edit")
    text = written(page)
    assert "SEAFOOD" in text
    assert "\n" in text
    fish = people(page)
    mode(page, "Simple")
    expect(page.get_by_role("combobox", name="Event")).to_have_value("purchase")
    expect(page.get_by_text("No changes")).to_be_visible()
    mode(page, "Advanced")
    assert written(page) == text

    page.get_by_role("textbox", name="Rule", exact=True).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" and xEvnt")
    expect(page.get_by_text("did you mean 'xEvent'?").first).to_be_visible()
    axe(page)
    mode(page, "Simple")
    expect(page.get_by_role("alert")).to_contain_text("The text has to be right before")
    assert "xEvnt" in written(page)
    page.get_by_role("button", name="Go back to the conditions as they were before").click()
    expect(page.get_by_role("combobox", name="Event")).to_have_value("purchase")
    assert people(page) == fish


def test_what_the_simple_mode_cannot_show_stays(site: Site, opened: Opened) -> None:
    page = opened(site, "/segments/private-label-fans/edit")
    expect(page.get_by_text("One part of this rule has no fields in the simple mode.")).to_be_visible()
    fans = people(page)
    page.get_by_role("textbox", name="Value of Sum of").fill("500")
    expect(page.get_by_role("region", name="Right now")).to_contain_text("would leave")
    assert people(page) < fans
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    rule = site.client.did("GET", "/segments/private-label-fans")["definition"]["rule"]
    assert rule["all"][0]["at_least"] == 500
    assert rule["all"][1]["compare"]["op"] == ">="


def test_conditions_are_moved_by_keyboard_and_every_edit_can_be_undone(site: Site, opened: Opened) -> None:
    page = opened(site, "/segments/gold-parents/edit")
    sentence = page.get_by_role("region", name="In words")
    before = "is in segment 'gold' and (is in segment 'parents' or is in segment 'baby-buyers')"
    expect(sentence).to_contain_text(before)
    page.get_by_role("button", name="Move", exact=True).first.focus()
    page.keyboard.press("ArrowDown")
    expect(sentence).to_contain_text("is in segment 'gold' or is in segment 'parents' or is in segment 'baby-buyers'")
    page.keyboard.press("ArrowDown")
    expect(sentence).to_contain_text("is in segment 'parents' or is in segment 'gold' or")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(sentence).to_contain_text(before)
    expect(page.get_by_text("No changes")).to_be_visible()
    page.get_by_role("button", name="Redo").click()
    expect(page.get_by_text("Changes not saved yet")).to_be_visible()


def test_a_condition_is_dragged_into_a_group(site: Site, opened: Opened) -> None:
    page = opened(site, "/segments/gold-parents/edit")
    handles = page.get_by_role("button", name="Move", exact=True)
    expect(handles).to_have_count(4)
    start, end = handles.first.bounding_box(), handles.nth(3).bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(end["x"] + 60, end["y"] + 30, steps=12)
    page.mouse.move(end["x"] + 62, end["y"] + 28, steps=3)
    page.mouse.up()
    expect(page.get_by_role("region", name="In words")).to_contain_text("or is in segment 'gold'")


def test_two_people_at_one_segment_do_not_overwrite_each_other(site: Site, opened: Opened, axe: Axe) -> None:
    page = opened(site, "/segments/coupon-lovers/edit")
    page.get_by_role("textbox", name="Description").fill("Mine")
    theirs = opened(site, "/segments/coupon-lovers/edit")
    theirs.get_by_role("textbox", name="Description").fill("Theirs")
    theirs.get_by_role("button", name="Save draft").click()
    expect(theirs.get_by_text("Saved", exact=True)).to_be_visible()
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody else changed this segment meanwhile")
    axe(page)
    expect(page.get_by_role("textbox", name="Description")).to_have_value("Mine")
    page.get_by_role("button", name="Drop mine and edit the other").click()
    expect(page.get_by_role("textbox", name="Description")).to_have_value("Theirs")


def test_unsaved_changes_are_not_left_by_accident(site: Site, opened: Opened) -> None:
    page = opened(site, "/segments/silver/edit")
    page.get_by_role("textbox", name="Name").fill("Silver people")
    page.get_by_role("link", name="People", exact=True).click()
    dialog = page.get_by_role("dialog", name="Leave without saving?")
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("textbox", name="Name")).to_have_value("Silver people")
    page.get_by_role("link", name="People", exact=True).click()
    dialog.get_by_role("button", name="Leave and lose them").click()
    expect(page).to_have_url(f"{site.address}/people")


def test_an_empty_workspace_says_what_is_missing(empty_site: Site, opened: Opened, axe: Axe) -> None:
    page = opened(empty_site, "/segments/new", width=390)
    expect(page.get_by_text("No events or attributes have come in yet.")).to_be_visible()
    axe(page)
