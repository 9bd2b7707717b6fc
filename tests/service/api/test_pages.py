"""The plain page and the list of what the API offers: in the reader's language, without secrets."""

from __future__ import annotations

import re

import pytest

from parcours.service.api.page import language_of, page
from parcours.testing.service import Service

NOTHING = {"live": True, "now": None, "profiles": 1200, "segments": [], "journeys": [], "messages": [], "hooks": []}


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("de, fr;q=0.5", "fr"),
        ("en-GB,fr", "en"),
        ("*", "en"),
    ],
)
def test_the_language_is_the_readers(accepted: str, language: str) -> None:
    assert language_of(accepted) == language


def test_the_page_says_what_runs_in_both_languages() -> None:
    assert "Running live" in page(NOTHING)
    assert "En marche" in page(NOTHING, "fr")
    assert '<html lang="fr">' in page(NOTHING, "fr")
    assert "color-scheme: light dark" in page(NOTHING)


def test_names_are_no_markup() -> None:
    odd = {**NOTHING, "segments": [{"segment": "<script>", "members": 3}]}
    assert "<script>" not in page(odd)


def test_the_page_links_to_what_the_api_offers(service: Service) -> None:
    shown = service.client.ask_any("GET", "/", accept_language="fr").content.decode()
    assert 'href="/docs"' in shown
    manual = service.stranger.ask_any("GET", "/docs")
    assert manual.status == 200
    text = manual.content.decode()
    assert "/api/segments" in text
    assert "/api/webhooks/{hook}" in text
    assert not re.search(r"<script|src=|https?://", text)
    assert 'lang="fr"' in service.stranger.ask_any("GET", "/docs", accept_language="fr").content.decode()
    assert service.key not in text + shown


def test_nobody_sees_numbers_without_signing_in(service: Service) -> None:
    assert "Segments" not in service.stranger.ask_any("GET", "/").content.decode()
