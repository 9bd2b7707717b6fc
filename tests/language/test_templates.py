"""Liquid templates: what they name, how they render, what they refuse."""

from __future__ import annotations

import resource
from pathlib import Path

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


_GROW = "{{% assign x = '{0}' %}}{{% for i in (1..{1}) %}}{{% assign x = x | {2}: x %}}{{% endfor %}}"
BOMBS = [
    _GROW.format("a" * 32, 60, "append") + "{{ x }}",
    _GROW.format("a" * 32, 60, "prepend") + "{{ x | size }}",
    _GROW.format("a" * 32, 14, "append") + "{{ x | replace: 'a', x }}",
    _GROW.format("a" * 32, 14, "append") + "{{ x | split: '' | join: x }}",
    _GROW.format("a" * 32, 14, "append") + "{% assign y = x | split: ',' %}{% for i in (1..16) %}"
    "{% assign y = y | concat: y %}{% endfor %}{{ y }}",
    "{% assign x = 'a' | split: ',' %}{% for i in (1..60) %}{% assign x = x | concat: x %}{% endfor %}{{ x | size }}",
    "{% assign x = 9999999999 %}{% for i in (1..60) %}{% assign x = x | times: x %}{% endfor %}{{ x }}",
    "{% for i in (1..100000000) %}{% for j in (1..100000000) %}x{% endfor %}{% endfor %}",
    "{{ (1..1000000000) | join: 'x' }}",
    "{{ (1..1000000000) | reverse | size }}",
    "{{ (1..1000000000) | sum }}",
    "{{ '1e99999999' | ceil }}",
    "{{ 10 | divided_by: 0 }}",
]


@pytest.mark.parametrize("source", BOMBS)
def test_no_template_takes_all_memory_or_time(source: str) -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + 1_000_000_000, before[1]))  # a bomb fails here, not the machine
    try:
        with pytest.raises(DeliveryError) as error:
            parse_template(source).render({})
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
    assert error.value.permanent


def test_what_people_really_write_is_within_the_bounds() -> None:
    lines = [{"name": f"product {number}", "price": number} for number in range(500)]
    source = "{% for line in lines %}{{ line.name | replace: 'product', 'thing' | append: '; ' }}{% endfor %}"
    text = parse_template(source + "{{ lines | map: 'name' | join: ', ' | truncate: 20 }}").render({"lines": lines})
    assert text.startswith("thing 0; thing 1; ")
    assert text.endswith("product 0, produc...")


@pytest.mark.parametrize("source", ["{% include 'a' %}", "{% render '/etc/passwd' %}", "{% if true %}" * 5_000])
def test_what_is_no_template_is_refused(source: str) -> None:
    with pytest.raises(DefinitionError):
        parse_template(source)


@pytest.mark.parametrize(
    "source",
    [
        "{{ a.__class__ }}",
        "{{ a.b.__class__.__mro__ }}",
        "{{ a['__init__'].__globals__ }}",
        "{{ a.keys }}",
    ],
)
def test_what_stands_behind_values_is_not_there(source: str) -> None:
    assert parse_template(source).render({"a": {"b": "x"}}) == ""
