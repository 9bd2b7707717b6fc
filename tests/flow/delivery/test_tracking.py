"""Tokens of links: sealed, the same at every attempt, and leading only where a message pointed."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.facts import OUTCOME_COLUMNS
from parcours.flow.delivery.mime import build
from parcours.flow.delivery.templates import Message
from parcours.flow.delivery.tracking import SIGNALS, Signal, Tracking, tracked

KEY = "win/1/P0/offer/1"
TRACKING = Tracking("https://t.example/", "secret")
TOKEN = re.compile(r'https://t\.example/(?:c|o|u)/([\w-]+)"')


def read(page: str) -> list[Signal | None]:
    return [TRACKING.read(token) for token in TOKEN.findall(page)]


@given(st.text(), st.sampled_from(SIGNALS), st.text(), st.text())
def test_a_token_gives_back_what_it_was_made_of(key: str, kind: str, url: str, label: str) -> None:
    try:
        signal = Signal(key, kind, url, label)
        token = TRACKING.token(signal)
    except UnicodeEncodeError:
        return
    assert TRACKING.read(token) == signal
    assert re.fullmatch(r"[\w-]+", token)
    assert TRACKING.token(signal) == token


def test_a_token_hides_the_key() -> None:
    token = TRACKING.token(Signal("customer-ann", "opened"))
    assert "ann" not in token
    assert Tracking("https://t.example", "other").read(token) is None


@given(st.integers(0, 60), st.characters(min_codepoint=48, max_codepoint=122))
def test_a_token_that_was_changed_is_none(place: int, letter: str) -> None:
    token = TRACKING.token(Signal(KEY, "clicked", "https://shop.example/offer"))
    changed = token[:place] + letter + token[place + 1 :]
    found = TRACKING.read(changed)
    assert found is None or changed == token


@pytest.mark.parametrize("token", ["", "a", "!!!", "é", "AAAA" * 10, "=" * 9])
def test_what_is_no_token_is_none(token: str) -> None:
    assert TRACKING.read(token) is None


def test_links_lead_over_us_and_a_picture_tells_opens() -> None:
    page = (
        '<html><body><A class=x HREF="https://shop.example/?a=1&amp;b=2">x</a>'
        "<a href='http://shop.example' data-label='hero'>y</a>"
        '<a href="https://shop.example/bye" data-signal="unsubscribed">z</a></body></html>'
    )
    rewritten = TRACKING.rewritten(KEY, page)
    assert read(rewritten) == [
        Signal(KEY, "clicked", "https://shop.example/?a=1&b=2"),
        Signal(KEY, "clicked", "http://shop.example", "hero"),
        Signal(KEY, "unsubscribed", "https://shop.example/bye"),
        Signal(KEY, "opened"),
    ]
    assert rewritten.endswith('style="display:none"></body></html>')
    assert "<A class=x HREF=" in rewritten


def test_other_links_stay_as_they_are() -> None:
    page = '<a href="mailto:a@b.org">m</a><a href="#top">t</a><a name="x">n</a><a href="https://x.org" data-track="no">'
    assert TRACKING.rewritten(KEY, page).startswith(page)


def test_a_message_without_a_page_stays_as_it_is() -> None:
    message = Message(KEY, 0, {"to": "a", "body": "see https://shop.example"})
    assert tracked(message, TRACKING).fields is message.fields
    assert tracked(message, None) is message


def test_a_message_says_where_to_unsubscribe() -> None:
    found = tracked(Message(KEY, 0, {"to": "a@x.org", "html": "<p>x"}), TRACKING)
    assert TRACKING.read(found.unsubscribe.rpartition("/u/")[2]) == Signal(KEY, "unsubscribed")
    headers = build(found, "b@x.org", "a@x.org").decode().split("\r\n\r\n")[0].split("\r\n")
    assert f"List-Unsubscribe: <{found.unsubscribe}>" in headers
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in headers


def test_a_link_to_unsubscribe_may_lead_nowhere() -> None:
    page = TRACKING.rewritten(KEY, '<a href="#" data-signal="unsubscribed">no more</a>')
    assert read(page)[0] == Signal(KEY, "unsubscribed")
    assert "/u/" in page


def test_a_signal_is_an_outcome_row() -> None:
    row = Signal(KEY, "clicked", "https://shop.example", "hero").outcome(7)
    assert list(row) == list(OUTCOME_COLUMNS)
    assert (row["result"], row["detail"], row["time"]) == ("clicked", "hero", 7)
    assert pl.DataFrame([row]).height == 1
