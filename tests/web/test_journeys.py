"""Journeys in the browser: found, drawn from nothing, checked meanwhile, published, watched, paused, deleted."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.conftest import Opened, Site, resting, settled

pytestmark = [pytest.mark.slow, pytest.mark.browser]

Axe = Callable[[Page], None]

OFFER: dict[str, Any] = {
    "name": "Offer",
    "entry": {"event": "purchase", "where": {"field": "store", "is": "nowhere"}},
    "start": "who",
    "activities": {
        "who": {
            "type": "condition",
            "paths": [{"label": "parents", "when": {"segment": "parents"}, "to": "mail"}],
            "otherwise": "pause",
        },
        "mail": {"type": "email", "to": "{{ profile.email }}", "subject": "For you", "body": "Hello", "then": "pause"},
        "pause": {"type": "wait", "for": "2 days", "then": "done"},
        "done": {"type": "end"},
    },
}


def save(site: Site, journey: str, publish: bool = False, **changes: Any) -> None:
    """A version of a journey, as somebody saves it."""
    site.client.did("PUT", f"/journeys/{journey}", {"definition": {**OFFER, **changes}, "publish": publish})


def saved(site: Site, journey: str) -> dict[str, Any]:
    """The definition of the newest version."""
    found: dict[str, Any] = site.client.did("GET", f"/journeys/{journey}")["definition"]
    return found


def node(page: Page, name: str) -> Locator:
    """An activity on the canvas, by its kind and what it is called."""
    return page.get_by_role("group", name=name, exact=True)


def behind(page: Page, way: str, kind: str) -> None:
    """Put an activity behind a way, by the menu of the way."""
    page.get_by_role("button", name=f"{way}: add or connect").click()
    page.get_by_role("menuitem", name=kind, exact=True).click()


def test_a_journey_is_found_in_the_list_and_read_with_its_numbers(site: Site, opened: Opened, axe: Axe) -> None:
    page = opened(site, "/journeys")
    rows = page.get_by_role("region", name="Journeys").get_by_role("row")
    expect(rows.filter(has_text="Win back")).to_be_visible()
    page.get_by_label("Search by name").fill("WIN")
    expect(rows).to_have_count(2)
    expect(page).to_have_url(re.compile("search=WIN"))
    page.get_by_role("link", name="Win back").click()
    waiting = node(page, "Wait for an event: Waiting")
    (counted,) = [
        each for each in site.client.did("GET", "/journeys/win-back/report")["items"] if each["activity"] == "waiting"
    ]
    expect(waiting.get_by_title(f"{counted['waiting']} inside")).to_be_visible()
    axe(page)
    waiting.click()
    form = page.get_by_role("complementary", name="Activity")
    expect(form.get_by_role("combobox", name="Event")).to_have_value("purchase")
    expect(form.get_by_role("combobox", name="Event")).to_be_disabled()
    axe(page)
    page.go_back()
    expect(page.get_by_label("Search by name")).to_have_value("WIN")


def test_a_journey_is_drawn_from_nothing_published_and_its_counters_move(site: Site, opened: Opened, axe: Axe) -> None:
    page = opened(site, "/journeys/new")
    page.get_by_label("Name").fill("Été: thanks")
    axe(page)
    expect(page.get_by_role("textbox", name="Id")).to_have_value("ete-thanks")
    page.get_by_role("combobox", name="Who enters").click()
    page.get_by_role("option", name="Who has an event").click()
    page.get_by_role("combobox", name="Event").fill("purchase")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Create and draw").click()

    behind(page, "Next of Entry", "Condition")
    form = page.get_by_role("complementary", name="Activity")
    expect(form.get_by_role("heading", name="Condition")).to_be_visible()
    # The condition says nothing yet, which is seen at it and in the form.
    expect(node(page, "Condition: Condition").get_by_role("img", name="1 problem")).to_be_visible()
    form.get_by_role("button", name="Write a rule").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Advanced", exact=True).click()
    dialog.get_by_label("Expression").locator("[contenteditable=true]").or_(dialog.locator(".cm-content")).first.fill(
        'inSegment("parents")'
    )
    axe(page)
    dialog.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("button", name="No problems")).to_be_visible()

    behind(page, "yes of Condition", "E-mail")
    expect(node(page, "E-mail: E-mail").get_by_role("img", name=re.compile("problem"))).to_be_visible()
    page.get_by_role("button", name=re.compile("^[12] problems?$")).click()
    page.get_by_role("complementary", name="The whole journey").get_by_role(
        "button", name=re.compile("^email: ")
    ).first.click()
    form.get_by_role("textbox", name="Subject").fill("Thank you")
    form.get_by_role("textbox", name="Text").fill("See you soon")
    expect(page.get_by_role("button", name="No problems")).to_be_visible()
    behind(page, "Otherwise of Condition", "Wait")
    page.keyboard.press("Escape")
    axe(page)
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    activities = saved(site, "ete-thanks")["activities"]
    assert activities["condition"] == {
        "type": "condition",
        "paths": [{"label": "yes", "to": "email", "when": {"journey": 'inSegment("parents")'}}],
        "otherwise": "wait",
    }
    assert activities["email"]["then"] == "end"

    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog", name="Publish version")
    expect(dialog).to_contain_text("From now on everybody who has an event “purchase” enters, at once.")
    axe(page)
    dialog.get_by_role("button", name="Publish").click()
    expect(dialog).to_be_hidden()
    expect(node(page, "Entry: Entry").get_by_title("0 arrived")).to_be_visible()
    site.client.did("POST", "/profiles/7/events", {"event": "purchase", "properties": {"store": "nowhere", "total": 3}})
    expect(node(page, "Entry: Entry").get_by_title("1 arrived")).to_be_visible()
    expect(node(page, "Condition: Condition").get_by_title("1 arrived")).to_be_visible()


def test_connections_that_cannot_be_are_refused_with_the_reason_and_everything_can_be_undone(
    site: Site, opened: Opened
) -> None:
    save(site, "offer")
    page = opened(site, "/journeys/offer")
    expect(node(page, "E-mail: Mail")).to_be_visible()
    out = resting(page, '[data-nodeid="pause"][data-handleid="then"]')
    into = resting(page, '[data-nodeid="who"][data-handleid="in"]')
    page.mouse.move(out["x"] + out["width"] / 2, out["y"] + out["height"] / 2)
    page.mouse.down()
    page.mouse.move(into["x"] + 20, into["y"] + 20, steps=5)
    page.mouse.move(into["x"] + into["width"] / 2, into["y"] + into["height"] / 2, steps=5)
    page.mouse.up()
    expect(page.get_by_text("This would lead back to an earlier activity.")).to_be_visible()

    node(page, "E-mail: Mail").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Delete")
    expect(node(page, "E-mail: Mail")).to_be_hidden()
    page.keyboard.press("Control+z")
    expect(node(page, "E-mail: Mail")).to_be_visible()
    page.keyboard.press("Control+y")
    expect(node(page, "E-mail: Mail")).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    node(page, "E-mail: Mail").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Duplicate").click()
    expect(node(page, "E-mail: Mail 2").get_by_role("img", name="1 problem")).to_be_visible()
    # Led there by choosing from a list: the same as drawing it.
    node(page, "Condition: Who").click()
    page.get_by_role("complementary", name="Activity").get_by_role("combobox", name="Otherwise").click()
    page.get_by_role("option", name=re.compile("Mail 2")).click()
    expect(page.get_by_role("button", name="No problems")).to_be_visible()
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert saved(site, "offer")["activities"]["who"]["otherwise"] == "mail-2"


def test_activities_are_dragged_from_the_palette_onto_a_way(site: Site, opened: Opened) -> None:
    save(site, "dragged")
    page = opened(site, "/journeys/dragged")
    settled(page)
    tool = page.get_by_role("navigation", name="Activities").get_by_role("button", name="Add to list")
    added = node(page, "Add to list: Add to list")
    for _ in range(3):  # a busy browser may miss the beginning of a drag: nothing was added then, and one drags again
        way = resting(page, '.react-flow__edge[data-id="pause|then|done"] .react-flow__edge-interaction')
        tool.drag_to(page.locator(".react-flow"), target_position=_inside(page, way), force=True)
        page.wait_for_timeout(2_000)
        if added.count():
            break
    expect(added).to_be_visible()
    page.get_by_role("complementary", name="Activity").get_by_role("textbox", name="List").fill("vip")
    expect(page.get_by_role("button", name="No problems")).to_be_visible()
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    activities = saved(site, "dragged")["activities"]
    assert (activities["pause"]["then"], activities["add-to-list"]["then"]) == ("add-to-list", "done")


def _inside(page: Page, box: Any) -> Any:
    canvas = page.locator(".react-flow").bounding_box()
    assert canvas
    return {"x": box["x"] + box["width"] / 2 - canvas["x"], "y": box["y"] + box["height"] / 2 - canvas["y"]}


def test_what_somebody_else_saved_is_not_overwritten(site: Site, opened: Opened, axe: Axe) -> None:
    save(site, "shared")
    page = opened(site, "/journeys/shared")
    node(page, "Wait: Pause").click()
    page.get_by_role("complementary", name="Activity").get_by_role("textbox", name="Number").fill("5")
    save(site, "shared", name="Theirs")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("alert")).to_contain_text("Somebody else has saved meanwhile")
    axe(page)
    page.reload()
    expect(page.get_by_text("Changes from before")).to_be_visible()
    expect(node(page, "Wait: Pause")).to_contain_text("5 days")
    page.get_by_role("button", name="Give them up").click()
    expect(page.get_by_role("heading", level=1, name="Theirs")).to_be_visible()
    expect(node(page, "Wait: Pause")).to_contain_text("2 days")


def test_a_journey_is_paused_resumed_changed_by_a_new_version_and_deleted(site: Site, opened: Opened, axe: Axe) -> None:
    save(site, "lived", publish=True, name="Lived")
    page = opened(site, "/journeys/lived")

    def act(name: str) -> Locator:
        page.get_by_role("button", name="Actions").click()
        page.get_by_role("menuitem", name=name, exact=True).click()
        return page.get_by_role("dialog")

    dialog = act("Pause")
    expect(dialog).to_contain_text("Nobody enters during the pause.")
    axe(page)
    dialog.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused", exact=True)).to_be_visible()
    act("Resume").get_by_role("button", name="Resume").click()
    expect(page.get_by_text("Live", exact=True).last).to_be_visible()
    page.get_by_role("button", name="New version").click()
    page.get_by_role("dialog").get_by_role("button", name="New version").click()
    expect(page.get_by_text("Version 2", exact=True)).to_be_visible()
    expect(page.get_by_role("navigation", name="Activities")).to_be_visible()
    act("Delete").get_by_role("button", name="Delete").click()
    expect(page).to_have_url(re.compile("/journeys$"))
    expect(page.get_by_role("link", name="Win back")).to_be_visible()
    expect(page.get_by_role("link", name="Lived")).to_be_hidden()


def test_on_a_phone_a_draft_is_read(site: Site, opened: Opened, axe: Axe) -> None:
    save(site, "small")
    page = opened(site, "/journeys/small", width=390)
    expect(page.get_by_text("Drawing needs a larger screen")).to_be_visible()
    expect(page.get_by_role("navigation", name="Activities")).to_be_hidden()
    node(page, "Wait: Pause").click()
    expect(page.get_by_role("complementary", name="Activity").get_by_role("heading", name="Pause")).to_be_visible()
    axe(page)
