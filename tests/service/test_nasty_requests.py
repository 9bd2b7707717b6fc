"""Whatever clients send, ticks go on, and what was taken in is there after a start."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parcours.flow.ingest.calls import Record
from parcours.service.workspace import Workspace
from tests.service.requests import START, tick, track

NAMES = [
    "a", "A", "_a", "$a", "select", "order", "group", "from", "_tick", "_seq", "_profile", "event", "time", "profiles",
    "ticks", "members", "violations", "dead_letters", "page", "é", "a b", "a.b", 'quo"te', "it's", "", "9", "x" * 80,
    "\u0000", "名",
]  # fmt: skip
names = st.sampled_from(NAMES)
texts = st.sampled_from(
    ["", "x", "\u0000", "a\u0000b", "\ufffe", "😀", "2026-01-01", "9999-12-31T23:59:59Z", "x" * 5_000, "'; DROP"]
)
numbers = st.sampled_from([0, -0.0, 1.5, 2**53, 2**53 + 1, 2**63, -(2**63), 10**40, 1e308, 5e-324])
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3)),
    max_leaves=8,
)
messages = st.one_of(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["track", "page", "screen", "group", "identify"]),
            "userId": st.sampled_from(["u", "\u0000", "é", "x" * 500]),
        },
        optional={
            "event": names,
            "name": names,
            "groupId": names,
            "properties": st.dictionaries(names, values, max_size=4),
            "traits": st.dictionaries(names, values, max_size=4),
            "messageId": st.sampled_from(["1", "2", "\u0000"]),
            "timestamp": st.sampled_from(["2026-01-01T00:00:00Z", "1850-01-01", "x", 0, 1e300]),
            "context": st.fixed_dictionaries({}, optional={"campaign": values, "page": values}),
        },
    ),
    values,
)


@pytest.mark.slow
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(messages, min_size=1, max_size=5), min_size=1, max_size=4))
def test_ticks_go_on(tmp_path_factory: pytest.TempPathFactory, requests: list[list[Any]]) -> None:
    folder = tmp_path_factory.mktemp("nasty") / "shop"
    with Workspace.init(folder) as workspace:
        for messages in requests:
            body = msgspec.json.encode({"batch": messages})
            workspace._parts.journal.append([Record("segment", "web", START, body, "batch")]).result()
            tick(workspace)
        before = counted(workspace)
        assert not workspace.waiting
    with Workspace(folder) as workspace:
        body = msgspec.json.encode({"batch": [track("Fine", "fine", n=1)]})
        workspace._parts.journal.append([Record("segment", "web", START, body, "batch")]).result()
        tick(workspace)
        after = counted(workspace)
        assert after.pop("fine") == 1
        assert after == before


def counted(workspace: Workspace) -> dict[str, int]:
    return {event: int(workspace._parts.log.events(event).height) for event in workspace.schema.events}
