"""Differences of two definitions, in words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.flow.journeys.differences import difference, only_texts
from tests.flow.journeys.definitions.bodies import minimal, read

CHECK = {
    "type": "condition",
    "paths": [
        {"label": "big", "when": {"attribute": "size", "at_least": 3}, "to": "done"},
        {"label": "small", "when": {"attribute": "size", "less_than": 1}, "to": "done"},
    ],
}
OLD: dict[str, Any] = {
    "journey": "j",
    "entry": {"event": "visit"},
    "stay": "30 days",
    "start": "check",
    "activities": {"check": CHECK, "pause": {"type": "wait", "for": "7 days", "then": "done"}, "done": {"type": "end"}},
}


def changed(**activities: Any) -> dict[str, Any]:
    return {**OLD, "activities": {**OLD["activities"], **activities}}


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (OLD, []),
        ({**OLD, "activities": dict(reversed(OLD["activities"].items()))}, []),
        ({**OLD, "stay": None}, ["setting 'stay' changed from '30 days' to None"]),
        ({**OLD, "holdout": 10}, ["setting 'holdout' added: 10"]),
        (
            changed(pause={"type": "wait", "for": "3 days", "then": "done"}),
            ["activity 'pause': 'for' changed from '7 days' to '3 days'"],
        ),
        (changed(mail={"type": "email"}), ["activity 'mail' added (email)"]),
        (
            {**OLD, "activities": {"check": CHECK, "done": {"type": "end"}}},
            ["activity 'pause' removed (wait)"],
        ),
        (
            changed(check={**CHECK, "paths": CHECK["paths"][::-1]}),
            ["activity 'check': 'paths' in another order: 'small, big', before 'big, small'"],
        ),
        (
            changed(check={**CHECK, "paths": [{**CHECK["paths"][0], "to": "pause"}, CHECK["paths"][1]]}),
            ["activity 'check': 'paths[big].to' changed from 'done' to 'pause'"],
        ),
        (changed(check={**CHECK, "paths": CHECK["paths"][:1]}), ["activity 'check': 'paths[small]' removed"]),
        (
            {**OLD, "start": ["check", "pause"]},
            ["setting 'start' changed from 'check' to ['check', 'pause']"],
        ),
    ],
)
def test_what_was_changed_is_said(new: dict[str, Any], words: list[str]) -> None:
    assert [str(one) for one in difference(OLD, new)] == words


def test_long_values_are_cut() -> None:
    (found,) = difference({"name": "a" * 100}, {"name": "b"})
    assert str(found) == f"setting 'name' changed from '{'a' * 58}… to 'b'"


_plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "label"]), inner, max_size=3)
    ),
    max_leaves=10,
)
_bodies = st.dictionaries(st.sampled_from(["a", "b", "label"]), _plain, max_size=3)


@given(_bodies, _bodies)
def test_nothing_is_different_exactly_when_all_is_equal(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert (difference(old, new) == ()) == (_marked(old) == _marked(new))
    assert difference(old, old) == ()


def _marked(shape: Any) -> Any:
    """With types, because ``True == 1``."""
    if isinstance(shape, dict):
        return {name: _marked(value) for name, value in shape.items()}
    return [_marked(value) for value in shape] if isinstance(shape, list) else (type(shape), shape)


MAIL = {"type": "email", "to": "a@b.c", "subject": "s", "body": "b"}


@pytest.mark.parametrize(
    ("change", "texts"),
    [
        ({"name": "Other", "description": "d", "tags": ["t"]}, True),
        ({"entry": {"event": "visit", "label": "Visit"}}, True),
        ({"activities": {"done": {**MAIL, "subject": "t", "html": "<b>", "label": "Mail"}}}, True),
        ({"activities": {"done": {**MAIL, "transactional": True}}}, False),
        ({"activities": {"done": {**MAIL, "values": {"subject": "x"}}}}, False),
        ({"activities": {"done": {"type": "end"}}}, False),
        ({"entry": {"event": "purchase"}}, False),
        ({"stay": "1 day"}, False),
        ({"activities": {"done": {**MAIL, "then": "e"}, "e": {"type": "end"}}}, False),
    ],
)
def test_texts_are_told_from_structure(change: dict[str, Any], texts: bool) -> None:
    old = minimal(activities={"done": MAIL})
    assert only_texts(read(old), read({**old, **change})) is texts


@pytest.mark.parametrize(
    ("change", "texts"),
    [({"subject": "t"}, True), ({"html": "<b>t</b>"}, True), ({"values": {"subject": "t"}}, False)],
)
def test_texts_of_several_channels(change: dict[str, Any], texts: bool) -> None:
    def body(**more: Any) -> dict[str, Any]:
        mail = {"to": "a@b.c", "subject": "s", "body": "b", **more}
        return minimal(
            activities={"done": {"type": "choose_channel", "ranking": ["email"], "messages": {"email": mail}}}
        )

    assert only_texts(read(body()), read(body(**change))) is texts
