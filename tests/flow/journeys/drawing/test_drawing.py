"""Drawings of journeys: what they show, and that texts cannot break them."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.schema import DECIMAL, INTEGER, STRING, Schema
from parcours.flow.journeys.definitions import JourneyDefinition, read_journey
from parcours.flow.journeys.drawing import Counts, draw
from parcours.flow.journeys.drawing.mermaid import escaped
from parcours.flow.journeys.drawing.picture import Arrow, Box, Picture
from parcours.flow.journeys.drawing.sketch import Drawing

SCHEMA = Schema().with_event("purchase", {"total": DECIMAL}).with_event("visit", {})
SCHEMA = SCHEMA.with_attributes({"age": INTEGER, "email": STRING})
RULE = {"attribute": "age", "at_least": 40}
ACTIVITIES: dict[str, Any] = {
    "check": {
        "type": "condition",
        "paths": [{"label": "big", "when": RULE, "to": "offer"}, {"label": "small", "when": RULE}],
        "otherwise": "done",
    },
    "offer": {"type": "email", "to": "{{ profile.email }}", "subject": "Hi", "body": "x", "then": ["bought", "week"]},
    "bought": {"type": "wait_for_event", "event": "purchase", "timeout": "14 days", "then": "done"},
    "week": {"type": "wait", "for": "7 days", "then": "done", "label": "A week"},
    "done": {"type": "end"},
}
COUNTS = Counts(
    {"entry": 1200, "check": 1200, "offer": 400, "bought": 400, "week": 400, "done": 500},
    {"bought": 30},
    {("entry", "entered"): 1200, ("check", "big"): 400, ("check", "small"): 700, ("bought", "event"): 90}
    | {("bought", "timeout"): 10, ("offer", "next"): 400},
)


def journey(activities: dict[str, Any] = ACTIVITIES, **more: Any) -> JourneyDefinition:
    body = {"journey": "win-back", "entry": {"segment": "lapsing"}, "start": next(iter(activities)), **more}
    return read_journey(body | {"activities": activities}, SCHEMA, {"lapsing"})


def test_a_tree_for_terminals() -> None:
    assert str(draw(journey(), COUNTS)).splitlines() == [
        "entry  enters lapsing                              1,200 arrived",
        "└─ 1,200 → check  condition                        1,200 arrived",
        "   ├─ big 400 → offer  email: Hi                   400 arrived",
        "   │  ├─ ≀ 400 → bought  wait for event: purchase  400 arrived · 30 waiting",
        "   │  │  └─ event · timeout 100 → done  end        500 arrived",
        "   │  └─ ≀ 400 → A week  wait: 7 days              400 arrived",
        "   │     └─ elapsed 0 → done (see above)",
        "   ├─ small 700 → ends",
        "   └─ otherwise 0 → done (see above)",
    ]


def test_without_counters_only_the_graph_is_shown() -> None:
    tree = draw(journey(), language="fr").text()
    assert "entre dans lapsing" in tree
    assert "arriv" not in tree
    assert "voir plus haut" in tree


def test_every_activity_and_way_is_in_the_chart() -> None:
    chart = draw(journey(), COUNTS).mermaid().splitlines()
    nodes = [found[1] for line in chart if (found := re.match(r"  n\d+[^ \w]+(\w[^<\"]*)", line))]
    assert nodes == ["entry", "check", "offer", "bought", "A week", "done", "ends"]
    assert '  n1 -->|"big 400"| n2' in chart
    assert '  n2 -.->|"400"| n3' in chart
    assert '  n3 -->|"event · timeout 100"| n5' in chart


def test_the_picture_holds_every_text() -> None:
    root = ElementTree.fromstring(draw(journey(), COUNTS).svg())
    texts = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"check", "A week", "1,200 arrived", "400 arrived · 30 waiting", "big 400", "small 700"} <= set(texts)
    assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == 1


def test_notebooks_show_the_picture() -> None:
    drawing = draw(journey())
    assert drawing._repr_svg_() == drawing.svg()
    assert drawing._repr_markdown_().startswith("```mermaid\nflowchart TD\n")


def test_counters_come_from_frames() -> None:
    activities = pl.DataFrame({"activity": ["a"], "arrived": [3], "waiting": [1]})
    edges = pl.DataFrame({"activity": ["a"], "label": ["next"], "runs": [2]})
    assert Counts.of(activities, edges) == Counts({"a": 3}, {"a": 1}, {("a", "next"): 2})


@pytest.mark.parametrize(
    ("entry", "shown"),
    [
        ({"event": "visit"}, "visit"),
        ({"segment": "lapsing", "on": "exit"}, "leaves lapsing"),
        ({"read": "lapsing"}, "members of lapsing"),
    ],
)
def test_the_entry_says_who_enters(entry: dict[str, Any], shown: str) -> None:
    assert draw(journey({"bye": {"type": "end"}}, entry=entry)).text().startswith(f"entry  {shown}\n")


texts = st.text(max_size=40)


@given(texts, texts, texts)
def test_no_text_breaks_a_drawing(title: str, telling: str, label: str) -> None:
    boxes = (Box("entry", "entry", "entry", title, telling, 5), Box("a", "wait", "wait", title, telling, 4, 1))
    arrows = (Arrow("entry", "a", (label,), 3), Arrow("a", "entry", (label,), 1, back=True))
    drawing = Drawing(Picture(title, boxes, arrows))

    root = ElementTree.fromstring(drawing.svg())
    assert root.get("role") == "img"
    assert len(drawing.text().splitlines()) == 3
    chart = drawing.mermaid().splitlines()
    assert len(chart) == 11
    assert all(line.count('"') == 2 for line in chart[1:3])


def test_what_means_something_to_mermaid_is_written_as_codes() -> None:
    assert escaped('a"<b>#1;\n|') == "a#34;#60;b#62;#35;1#59; #124;"
