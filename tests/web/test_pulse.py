"""What happens now, what was sent, who did it: the pages that one looks at every day."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from parcours.testing.site import Site
from tests.web.conftest import Opened

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def test_the_first_steps_are_ticked_off_as_they_are_taken(
    empty_site: Site, opened: Opened, axe: Callable[[Page], None]
) -> None:
    page = opened(empty_site)
    steps = page.get_by_role("region", name="First steps")
    steps.get_by_role("button", name="Make a source").click()
    example = steps.get_by_role("region", name="Example")
    expect(example).to_be_visible()
    (source,) = empty_site.client.did("GET", "/sources")["items"]
    expect(example).to_contain_text(f"curl -u {source['write_key']}: {empty_site.address}/v1/track")
    steps.get_by_text("Python", exact=True).click()
    expect(example).to_contain_text(f'analytics.write_key = "{source["write_key"]}"')
    axe(page)
    for path, body in (
        ("identify", {"userId": "ada", "traits": {"city": "London"}}),
        ("track", {"userId": "ada", "event": "Order Completed", "properties": {"total": 80}}),
    ):
        sent = page.context.request.post(
            f"{empty_site.address}/v1/{path}", data={**body, "writeKey": source["write_key"]}
        )
        assert sent.ok, sent.text()
    expect(steps).to_contain_text("There is 1 person.")
    steps.get_by_role("link", name="See who").click()
    page.get_by_role("link", name="ada", exact=True).click()
    expect(page.get_by_text("order_completed").or_(page.get_by_text("1 event", exact=True)).first).to_be_visible()


def test_a_problem_is_told_with_what_to_do(site: Site, opened: Opened, axe: Callable[[Page], None]) -> None:
    page = opened(site, locale="fr-FR", color_scheme="dark")
    expect(page.get_by_text("Tout va bien")).to_be_visible()
    axe(page)
    hook = {"url": "https://receiver.example/hook", "segments": ["gold"]}
    site.client.did("POST", "/webhooks/crm", hook)
    site.client.did("POST", "/webhooks/crm/disable")
    expect(page.get_by_text("1 webhook désactivé")).to_be_visible()
    expect(page.get_by_role("link", name="Webhooks")).to_have_attribute("href", re.compile("/settings"))
    site.client.did("DELETE", "/webhooks/crm")
    expect(page.get_by_text("Tout va bien")).to_be_visible()


def test_what_was_sent_is_found_by_its_result_and_shown(site: Site, page: Page, axe: Callable[[Page], None]) -> None:
    counts = site.client.did("GET", "/delivery-counts")["items"]
    sent = sum(each["messages"] for each in counts if each["result"] == "sent" and each["journey"] == "win-back")
    page.goto("/deliveries?journey=win-back")
    number = page.get_by_role("button", name=re.compile(f"Sent.*{sent:,}", re.DOTALL))
    number.click()
    expect(page).to_have_url(re.compile("result=sent"))
    table = page.get_by_role("region", name="Deliveries").last
    expect(table.get_by_role("row")).to_have_count(51)
    axe(page)
    table.get_by_role("button", name=re.compile("^Look at mail")).first.click()
    box = page.get_by_role("dialog")
    expect(box).to_contain_text("We miss you")
    expect(box).to_contain_text(re.compile(r"household-\d+@example.com"))
    axe(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("Failed.*0", re.DOTALL)).click()
    expect(page.get_by_role("heading", name="No message fits")).to_be_visible()


def test_the_audit_log_tells_who_did_it(site: Site, page: Page, axe: Callable[[Page], None]) -> None:
    site.client.did("PATCH", "/profiles/3", {"attributes": {"adults": 4}})
    page.goto("/audit?target=%2Fapi%2Fprofiles")
    table = page.get_by_role("region", name="Audit").last
    expect(table.get_by_role("row").nth(1)).to_contain_text("/api/profiles/3")
    expect(table.get_by_role("row").nth(1)).to_contain_text("tests")
    axe(page)
    page.get_by_role("button", name="Clear filters").click()
    expect(table).to_contain_text("/api/session")
