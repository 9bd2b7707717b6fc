"""Contents of whole events by number, and what is left of somebody who was erased."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.clock import DAY
from parcours.core.schema import STRING, Schema
from parcours.kernel.contents import ContentPool
from parcours.language import pql
from parcours.language.lower import lower
from parcours.language.pql import PqlScope
from tests.properties.world import Run, Step, World

DTYPE = pl.Struct({"a": pl.Int64, "b": pl.List(pl.Struct({"x": pl.String, "y": pl.Float64}))})
ITEM = st.fixed_dictionaries({"x": st.none() | st.text(max_size=2), "y": st.none() | st.floats(allow_nan=False)})
CONTENT = st.fixed_dictionaries({"a": st.none() | st.integers(-2, 2), "b": st.none() | st.lists(ITEM, max_size=2)})
BATCHES = st.lists(st.lists(CONTENT, max_size=6), max_size=5)


@given(BATCHES)
def test_every_number_gives_its_content_back(batches: list[list[dict[str, object]]]) -> None:
    pool = ContentPool(DTYPE)
    given_out = [(pool.encode(pl.Series(batch, dtype=DTYPE)), batch) for batch in batches]
    again = ContentPool(DTYPE, pool.dump())
    for numbers, batch in given_out:
        assert pool.decode(numbers).to_list() == pl.Series(batch, dtype=DTYPE).to_list()
        assert again.decode(numbers).to_list() == pl.Series(batch, dtype=DTYPE).to_list()


def test_nothing_is_left_of_what_an_erased_person_did() -> None:
    schema = Schema({}, {"view": {"page": STRING}})
    scope = PqlScope.of_schema(schema, [])
    rules = [
        ("s0", 'xEvent[eventType = "view"].groupBy(page).keys().count() > 1'),
        ("s1", 'xEvent[eventType = "view"].page.max() = "open"'),
    ]
    published = tuple((name, lower(pql.read(text, scope, usage="rule"), schema)) for name, text in rules)
    views = tuple(
        ("view", {"page": page, "_event_id": f"{who}{page}", "_profile": who, "_time": DAY})
        for who, page in [(0, "secret"), (0, "open"), (1, "open"), (1, "other")]
    )
    steps = (Step(DAY, new=(0, 1), events=views, published=published), Step(2 * DAY, erased=(0,)), Step(3 * DAY))
    run = Run(World(schema, steps))
    run.take(steps[0])
    assert "secret" in _everything(run.state.dump())
    for step in steps[1:]:
        run.take(step)
    kept = _everything(run.state.dump())
    assert "secret" not in kept
    assert "open" in kept
    assert run.members() == {"s0": {1}, "s1": set()}


def _everything(parts: dict[str, object]) -> str:
    return " ".join(part.write_json() if isinstance(part, pl.DataFrame) else repr(part) for part in parts.values())
