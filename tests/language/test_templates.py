"""Liquid templates: what they name, how they render, what they refuse."""

from __future__ import annotations

import pytest
import time_machine

from parcours.core.clock import instant
from parcours.core.errors import DefinitionError, DeliveryError
from parcours.language.templates import parse_template

NOON = instant("2026-03-14T12:00:00Z")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Hi {{ profile.name }}!", {("profile", "name")}),
        ("{{ profile['first name'] | default: event.total }}", {("profile", "first name"), ("event", "total")}),
        ("{% for line in event.items %}{{ line.name }}{% endfor %}", {("event", "items")}),
        ("{% assign x = profile.size %}{{ x }}", {("profile", "size")}),
        ("{% if profile.address.city == 'Paris' %}x{% endif %}", {("profile", "address", "city")}),
        ("{{ profile[event.key] }}", {("profile",), ("event", "key")}),
        ("no variables", set()),
    ],
)
def test_variables(source: str, expected: set[tuple[str, ...]]) -> None:
    assert parse_template(source).variables == expected


def test_what_is_missing_renders_as_nothing() -> None:
    template = parse_template(
        "[{{ profile.name }}|{{ profile.address.city }}|{{ nobody }}|{{ event.total | plus: 1 }}]"
    )
    assert template.render({"profile": {"name": None}, "event": {"total": 2}}) == "[|||3]"


def test_values_are_escaped_in_html_only() -> None:
    values = {"profile": {"name": "<b>&"}}
    assert parse_template("<i>{{ profile.name }}</i>", html=True).render(values) == "<i>&lt;b&gt;&amp;</i>"
    assert parse_template("{{ profile.name }}").render(values) == "<b>&"


def test_now_is_the_instant_of_decision_whatever_the_clock_says() -> None:
    template = parse_template("{{ 'now' | date: '%Y-%m-%d %H' }} {{ 'today' | date: '%d' }} {{ now | date: '%H' }}")
    for today in ("2020-01-01", "2030-01-01"):
        with time_machine.travel(today):
            assert template.render({}, NOON) == "2026-03-14 12 14 12"


def test_dates_from_json_are_formatted() -> None:
    values = {"profile": {"since": "2026-03-14T10:30:00+00:00", "day": "2026-03-15"}}
    template = parse_template("{{ profile.since | date: '%d.%m.' }} {{ profile.day | date: '%d.%m.' }}")
    assert template.render(values) == "14.03. 15.03."


@pytest.mark.parametrize(
    ("source", "message", "hint"),
    [
        ("one\n{{ profile.name ", "line 2:", "close every"),
        ("a\nb\n{{ x | upcas }}", "line 3: there is no filter 'upcas'", "did you mean 'upcase'?"),
        ("{% if x %}yes", "line 1:", "{% endif %}"),
        ("{% fro x in y %}", "line 1: unexpected tag 'fro'", "for"),
        ("{% include 'secrets' %}", "line 1: unexpected tag 'include'", None),
        ("{% render 'secrets' %}", "line 1: unexpected tag 'render'", None),
        ("{{ profile.name || upcase }}", "line 1:", "{{ profile.first_name }}"),
    ],
)
def test_a_broken_template_names_the_line_and_a_way_out(source: str, message: str, hint: str | None) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse_template(source)
    assert caught.value.code == "bad-template"
    assert caught.value.message.startswith(message)
    assert caught.value.span is not None
    if hint is not None:
        assert hint in (caught.value.hint or "")


@pytest.mark.parametrize(
    "source",
    [
        "{% for i in (1..1000000) %}x{% endfor %}",
        "{% for i in (1..1000) %}{% for j in (1..1000) %}{% endfor %}{% endfor %}",
        "{% assign x = 'xxxxxxxxxx' %}"
        "{% for i in (1..9000) %}{% assign x = x | append: 'yyyyyyyyyy' %}{{ x }}{% endfor %}",
    ],
)
def test_a_rendering_is_bounded(source: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        parse_template(source).render({})
    assert caught.value.permanent
    assert caught.value.code == "template-failed"


def test_a_filter_that_fails_on_a_value_is_a_permanent_failure() -> None:
    with pytest.raises(DeliveryError):
        parse_template("{{ 3 | divided_by: event.total }}").render({"event": {"total": 0}})
