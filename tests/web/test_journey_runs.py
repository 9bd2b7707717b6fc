"""What a journey did, would have done, and does in a trial; its versions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from parcours.testing.site import Site
from tests.web.conftest import Opened

pytestmark = [pytest.mark.slow, pytest.mark.browser]

JOURNEY = "welcome-gold"


def test_the_report_tells_what_happened_and_to_whom(site: Site, opened: Opened, axe: Callable[[Page], None]) -> None:
    told = site.client.ask("GET", f"/journeys/{JOURNEY}/summary").data
    page = opened(site, f"/journeys/{JOURNEY}?tab=report")
    funnel = page.get_by_role("region", name="Funnel, line by line")
    entered = f"{told['runs'][0]['entered']:,}"
    expect(page.get_by_role("heading", name="Entries by day")).to_be_visible()
    expect(funnel.get_by_role("row", name=re.compile("^Entry"))).to_contain_text(entered)
    for row in told["activities"]:
        if row["activity"] == "reminder":
            expect(funnel.get_by_role("row", name=re.compile("^Reminder"))).to_contain_text(f"{row['arrived']:,}")
    expect(page.get_by_text("is in the journey already").first).to_be_visible()
    axe(page)
    funnel.get_by_role("button", name="Reminder").click()
    steps = page.get_by_role("region", name="People and their steps, line by line")
    expect(steps.get_by_role("row").nth(1)).to_contain_text("Reminder")
    who = steps.get_by_role("row").nth(1).get_by_role("button")
    name = who.inner_text()
    who.click()
    story = page.get_by_role("dialog", name=f"What happened to {name}")
    expect(story).to_contain_text("e-mail 'reminder' is sent")
    page.go_back()
    expect(story).to_have_count(0)
    expect(page).to_have_url(re.compile("at=reminder"))


def test_a_backtest_plays_the_past_and_shows_what_would_have_been(
    site: Site, opened: Opened, axe: Callable[[Page], None]
) -> None:
    page = opened(site, f"/journeys/{JOURNEY}?tab=backtest")
    page.get_by_label("From").fill("2017-10-01")
    page.get_by_label("To", exact=True).fill("2017-11-30")
    page.get_by_role("button", name="Play", exact=True).click()
    body = {"draft": JOURNEY, "since": "2017-10-01", "until": "2017-12-01"}
    known = site.client.ask("POST", "/journeys/backtest", body).data
    figures = page.get_by_label("What would have happened")
    expect(figures).to_contain_text(f"{known['entered']:,}")
    assert known["entered"] > 0
    expect(page.get_by_role("heading", name="By day", exact=True)).to_be_visible()
    page.get_by_text("List", exact=True).click()
    replay = page.get_by_role("region", name=re.compile("The journey at the end of"))
    expect(replay.get_by_role("row", name=re.compile("^Entry"))).to_contain_text(f"{known['entered']:,}")
    page.get_by_role("slider", name="Day", exact=True).press("Home")
    expect(replay.get_by_role("row", name=re.compile("^Entry"))).not_to_contain_text(f"{known['entered']:,}")
    sample = page.get_by_role("region", name="Who it would have been, line by line")
    sample.get_by_role("button").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("Welcome to gold")
    page.keyboard.press("Escape")
    axe(page)


def test_a_backtest_can_be_cancelled(site: Site, opened: Opened) -> None:
    page = opened(site, f"/journeys/{JOURNEY}?tab=backtest")
    page.route("**/api/journeys/backtest", lambda route: None)  # never answered
    page.get_by_role("button", name="Play", exact=True).click()
    running = page.get_by_role("status", name="The past is played")
    running.get_by_role("button", name="Cancel").click()
    expect(running).to_have_count(0)
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_enabled()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_journey_is_tried_step_by_step(site: Site, opened: Opened, axe: Callable[[Page], None]) -> None:
    before = site.client.ask("GET", "/status").data
    page = opened(site, f"/journeys/{JOURNEY}?tab=test")
    page.get_by_text("Somebody invented", exact=True).click()
    page.get_by_label("Name", exact=True).fill("anna")
    page.get_by_role("combobox", name="Attributes").click()
    page.get_by_role("option", name="email", exact=True).click()
    page.get_by_label("email", exact=True).fill("household-anna@shop.example")
    page.get_by_role("button", name="Add the person").click()
    page.get_by_role("tab", name="Segment", exact=True).click()
    page.get_by_role("button", name="Enters").click()
    expect(page.get_by_label("Message of welcome")).to_contain_text("Welcome to gold")
    expect(page.get_by_label("Message of welcome")).to_contain_text("household-anna@shop.example")
    people = page.get_by_role("region", name="People of this test, line by line")
    expect(people.get_by_role("row", name=re.compile("anna"))).to_contain_text("Redeemed")
    page.get_by_role("tab", name="Clock").click()
    page.get_by_role("button", name="+ 30 days").click()
    expect(people.get_by_role("row", name=re.compile("anna"))).to_contain_text("finished")
    steps = page.get_by_role("region", name="What happened so far")
    steps.get_by_role("button", name="Take back the last").click()
    expect(people.get_by_role("row", name=re.compile("anna"))).to_contain_text("Redeemed")
    axe(page)
    after = site.client.ask("GET", "/status").data
    assert (after["profiles"], after["messages_pending"]) == (before["profiles"], before["messages_pending"])


@pytest.fixture
def versions(site: Site) -> str:
    """A journey with three versions: one that was live, one that is, and a draft."""
    definition: dict[str, Any] = dict(site.client.ask("GET", f"/journeys/{JOURNEY}").data["definition"])
    definition.pop("journey")
    activities = {name: dict(each) for name, each in definition["activities"].items()}
    for number, publish in ((1, True), (2, True), (3, False)):
        activities["thanks"]["subject"] = f"Thanks {number}"
        shape = {**definition, "activities": activities}
        site.client.did("PUT", "/journeys/three-times", {"definition": shape, "publish": publish})
    return "three-times"


def test_versions_are_compared_and_an_earlier_one_is_live_again(
    site: Site, opened: Opened, axe: Callable[[Page], None], versions: str
) -> None:
    page = opened(site, f"/journeys/{versions}?tab=versions")
    changes = page.get_by_role("region", name="What was changed, line by line")
    page.get_by_role("button", name="Changes of version 2").click()
    expect(changes.get_by_role("row", name=re.compile("thanks"))).to_contain_text("Thanks 1")
    expect(changes.get_by_role("row", name=re.compile("thanks"))).to_contain_text("Thanks 2")
    axe(page)
    page.get_by_role("button", name="Go back to version 1").click()
    dialog = page.get_by_role("dialog", name="Go back to version 1")
    expect(dialog).to_contain_text("version 2 is closed")
    dialog.get_by_role("button", name="Go back to version 1").click()
    expect(dialog).to_have_count(0)
    table = page.get_by_role("region", name="Versions, line by line")
    expect(table.get_by_role("row", name=re.compile("^1 "))).to_contain_text("Live")
    expect(table.get_by_role("row", name=re.compile("^2 "))).to_contain_text("Closed")
    assert site.client.ask("GET", f"/journeys/{versions}/statuses").data["1"] == "live"
