"""From the first start to a person at work."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from parcours.testing.site import PASSWORD, Site
from tests.web.conftest import Opened

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def test_whoever_signs_in_comes_to_where_she_wanted_to_go(empty_site: Site, opened: Opened) -> None:
    page = opened(empty_site, "/segments?sort=name", signed_in=False)
    expect(page).to_have_url(f"{empty_site.address}/sign-in?to=%2Fsegments%3Fsort%3Dname")
    page.get_by_label("E-mail").fill("admin@localhost")
    page.get_by_label(re.compile("^Password")).fill("wrong-password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label(re.compile("^Password")).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{empty_site.address}/segments?sort=name")
    expect(page.get_by_role("status").first).to_contain_text("Live")


def test_the_language_is_that_of_the_browser_and_can_be_changed(
    empty_site: Site, opened: Opened, axe: Callable[[Page], None]
) -> None:
    page = opened(empty_site, locale="fr-FR")
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("Parcours")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.get_by_role("button", name="admin@localhost").click()
    page.get_by_role("menuitem", name="English").click()
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("Segments")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.reload()
    page.get_by_role("heading", level=1).wait_for()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    axe(page)


def test_a_refusal_is_said_in_the_language_of_the_browser(empty_site: Site, opened: Opened) -> None:
    page = opened(empty_site, "/sign-in", signed_in=False, locale="fr-FR")
    page.get_by_label("E-mail").fill("admin@localhost")
    page.get_by_label("Mot de passe").fill("wrong")
    page.get_by_role("button", name="Se connecter").click()
    said = page.get_by_role("alert")
    expect(said).to_contain_text("L'adresse e-mail ou le mot de passe est incorrect.")
    expect(said.locator("[lang=en]").first).to_contain_text("the e-mail address or the password is wrong")


def test_an_address_that_is_none_says_so(empty_site: Site, opened: Opened) -> None:
    page = opened(empty_site, "/no-such-page")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    page.get_by_role("link", name="Go to the start").click()
    expect(page).to_have_url(f"{empty_site.address}/")


def test_signing_out_leaves_nothing_behind(empty_site: Site, opened: Opened) -> None:
    page = opened(empty_site)
    page.get_by_role("button", name="admin@localhost").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    page.goto("/people")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
