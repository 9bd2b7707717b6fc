"""Settings: accounts, keys that work, web hooks that arrive, the suppression list."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import parcours
from parcours.testing.service import Client
from parcours.testing.site import Site, serving
from tests.web.conftest import Opened

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@contextmanager
def listening() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The address of a server that takes messages, and what it has taken."""
    taken: list[dict[str, Any]] = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.append({"headers": dict(self.headers), "body": json.loads(body)})
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"thanks")

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/told", taken
        server.shutdown()


def test_a_key_that_is_made_opens_what_it_should_and_nothing_else(
    site: Site, opened: Opened, axe: Callable[[Page], None]
) -> None:
    page = opened(site, "/settings?tab=keys")
    page.get_by_role("button", name="New key").click()
    form = page.get_by_role("dialog", name="New key")
    form.get_by_label("What it is for").fill("Nightly report")
    expect(form.get_by_role("button", name="Make the key")).to_be_disabled()
    form.get_by_role("radiogroup", name="Segments").get_by_text("Read", exact=True).click()
    axe(page)
    form.get_by_role("button", name="Make the key").click()
    shown = page.get_by_role("dialog", name="Key for Nightly report")
    key = shown.get_by_label("Key", exact=True).input_value()
    assert key.startswith("pk_")
    reader = Client(f"{site.address}/", key)
    assert reader.ask("GET", "/segments").status == 200
    assert reader.ask("GET", "/journeys").status == 403
    assert reader.ask("POST", "/segments/gold/deactivate", {}).status == 403
    shown.get_by_role("button", name="I have kept it").click()
    row = page.get_by_role("row", name=re.compile("Nightly report"))
    expect(row).to_contain_text("Segments · Read")
    assert key not in page.content()
    row.get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(row).to_contain_text("Revoked")
    assert reader.ask("GET", "/segments").status == 401


@pytest.fixture
def trusting(wheel: Path, tmp_path: Path) -> Iterator[Site]:
    """A service that may call machines of its own network."""
    parcours.init(tmp_path / "workspace").close()
    with (tmp_path / "workspace" / "parcours.toml").open("a") as settings:
        settings.write('\n[outgoing]\ninternal = ["127.0.0.0/8"]\n')
    with serving(tmp_path / "workspace", package=wheel) as found:
        yield found


def test_an_address_that_may_not_be_called_is_refused_in_place(site: Site, opened: Opened) -> None:
    page = opened(site, "/settings?tab=hooks")
    page.get_by_role("button", name="Add a web hook").click()
    form = page.get_by_role("dialog", name="Add a web hook")
    form.get_by_label("Name").fill("inside")
    form.get_by_label("Address").fill("http://127.0.0.1:1/told")
    form.get_by_role("button", name="Add a web hook").click()
    expect(form.get_by_role("alert")).to_contain_text("internal address")
    expect(form.get_by_label("Address")).to_have_value("http://127.0.0.1:1/told")


def test_a_web_hook_is_added_pinged_and_told_again(trusting: Site, opened: Opened, axe: Callable[[Page], None]) -> None:
    page = opened(trusting, "/settings?tab=hooks")
    with listening() as (address, taken):
        page.get_by_role("button", name="Add a web hook").click()
        form = page.get_by_role("dialog", name="Add a web hook")
        form.get_by_label("Name").fill("shop")
        form.get_by_label("Address").fill(address)
        form.get_by_role("button", name="Add a web hook").click()
        shown = page.get_by_role("dialog", name="Secret of shop")
        expect(shown.get_by_label("Secret")).to_have_value(re.compile("^whsec_"))
        shown.get_by_role("button", name="I have kept it").click()
        page.get_by_role("button", name="Send a ping").click()
        expect(page.get_by_text("It answered 200")).to_be_visible()
        assert taken[0]["body"]["type"] == "ping"
        assert {"webhook-id", "webhook-signature"} <= {name.lower() for name in taken[0]["headers"]}
        attempts = page.get_by_role("table").last
        expect(attempts).to_contain_text("Ping")
        page.get_by_role("button", name="Send again").first.click()
        expect(page.get_by_role("row", name=re.compile("Ping"))).to_have_count(2)
        axe(page)
        page.get_by_role("button", name="Disable").click()
        dialog = page.get_by_role("dialog", name="Disable shop?")
        expect(dialog).to_contain_text("told nothing")
        dialog.get_by_role("button", name="Disable").click()
        expect(page.get_by_text("Disabled", exact=True)).to_be_visible()
    page.get_by_role("button", name="Send a ping").click()
    expect(page.get_by_text("It did not work")).to_be_visible()
    page.get_by_role("button", name="More for shop").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("dialog", name="Delete shop?").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="No web hooks yet")).to_be_visible()


def test_somebody_is_let_in_signs_in_and_is_sent_away(site: Site, opened: Opened, axe: Callable[[Page], None]) -> None:
    page = opened(site, "/settings?tab=accounts")
    page.get_by_role("button", name="Add an account").click()
    form = page.get_by_role("dialog", name="Add an account")
    form.get_by_label("E-mail").fill("mia@shop.example")
    form.get_by_label("Name", exact=True).fill("Mia")
    form.get_by_role("button", name="Add an account").click()
    shown = page.get_by_role("dialog", name="Password for mia@shop.example")
    password = shown.get_by_label("One-time password").input_value()
    shown.get_by_role("button", name="I have kept it").click()
    row = page.get_by_role("row", name=re.compile("mia@shop.example"))
    expect(row).to_contain_text("Has to choose a password")
    axe(page)

    guest = opened(site, "/settings", signed_in=False)
    guest.get_by_label("E-mail").fill("mia@shop.example")
    guest.locator("input[type=password]").fill(password)
    guest.get_by_role("button", name="Sign in").click()
    guest.get_by_role("textbox", name="New password").fill("a bird sings at dawn")
    guest.get_by_role("button", name="Set password and sign in").click()
    expect(guest.get_by_role("heading", name="My password")).to_be_visible()
    expect(guest.get_by_role("tab", name="Accounts")).to_have_count(0)

    row.get_by_role("button", name="More for mia@shop.example").click()
    page.get_by_role("menuitem", name="Delete").click()
    dialog = page.get_by_role("dialog", name="Delete mia@shop.example?")
    expect(dialog).to_contain_text("audit log")
    dialog.get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)
    guest.reload()
    expect(guest.get_by_role("button", name="Sign in")).to_be_visible()


def test_who_must_get_nothing_is_put_on_the_list_and_taken_off(site: Site, opened: Opened) -> None:
    page = opened(site, "/settings?tab=suppression")
    page.get_by_role("button", name="Add to the list").click()
    form = page.get_by_role("dialog", name="Add to the list")
    form.get_by_label("Addresses or domains").fill("ann@rival.example, nonsense")
    expect(form.get_by_text("Neither an address nor a domain: nonsense")).to_be_visible()
    form.get_by_label("Addresses or domains").fill("ann@rival.example, rival.example")
    form.get_by_label("Why").fill("a competitor")
    form.get_by_role("button", name="Add to the list").click()
    expect(page.get_by_role("row", name=re.compile("ann@rival.example"))).to_contain_text("a competitor")
    expect(page.get_by_role("row", name=re.compile("Whole domain"))).to_contain_text("rival.example")
    kept = {(row["kind"], row["value"]) for row in site.client.ask("GET", "/suppression").data["items"]}
    assert kept == {("address", "ann@rival.example"), ("domain", "rival.example")}
    page.get_by_role("button", name="Take ann@rival.example off").click()
    page.get_by_role("dialog").get_by_role("button", name="Take off").click()
    expect(page.get_by_role("row", name=re.compile("ann@rival.example"))).to_have_count(0)


@pytest.mark.parametrize("part", ["mine", "plans", "crm", "about"])
def test_the_other_parts_are_there_in_both_languages(
    site: Site, opened: Opened, axe: Callable[[Page], None], part: str
) -> None:
    heading = {"mine": "Mon mot de passe", "plans": "Plan de marquage", "crm": "CRM", "about": "Ce service"}[part]
    page = opened(site, f"/settings?tab={part}", locale="fr-FR")
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    axe(page)
