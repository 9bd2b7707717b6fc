"""The translation of trees to columns: failures, large trees, windows and sequences inside lists."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from parcours.core.clock import DAY
from parcours.core.columns import series, values
from parcours.core.errors import EvaluationError, RuleError
from parcours.core.schema import (
    ANY,
    BOOLEAN,
    DATE_TIME,
    INTEGER,
    NULL,
    STRING,
    Type,
    list_of,
    map_of,
    object_of,
)
from parcours.kernel import sequences
from parcours.kernel.compile import FAILED, VALUE, expression, leaves, outcome
from parcours.language.reference import Person, evaluate
from parcours.language.tree import (
    Aggregate,
    Attribute,
    Call,
    Each,
    Fetched,
    Field,
    Given,
    InWindow,
    ListOf,
    Literal,
    Node,
    Now,
    ObjectOf,
    Quantifier,
    Sequence,
    SequenceStep,
    Step,
)
from parcours.language.window_kinds import Calendar, Ever, Rolling

NOW = 20_000 * DAY
FAILURE = "evaluation fails"
N, M = Attribute(("n",), INTEGER), Attribute(("m",), INTEGER)
LINE = object_of({"at": DATE_TIME, "kind": STRING, "size": INTEGER, "tags": list_of(STRING)})
LINES = Attribute(("lines",), list_of(LINE))
KIND, SIZE, AT = Field(("kind",), STRING), Field(("size",), INTEGER), Field(("at",), DATE_TIME)


def number(value: int) -> Literal:
    return Literal(value, INTEGER)


def text(value: str) -> Literal:
    return Literal(value, STRING)


def call(name: str, *args: Node, to: Type = BOOLEAN) -> Call:
    return Call(name, args, to)


def times(left: Node, right: Node) -> Call:
    return call("mul_exact", left, right, to=INTEGER)


def moment(days: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=NOW) + timedelta(days=days)


def compiled(node: Node, people: list[dict]) -> list[object]:
    columns = {leaf: [evaluate(leaf, Person(attributes=row), NOW) for row in people] for leaf in leaves(node)}
    names = {leaf: f"leaf {number}" for number, leaf in enumerate(columns)}
    frame = pl.DataFrame([series(column, leaf.type, names[leaf]) for leaf, column in columns.items()])
    made, type_ = outcome(node, lambda leaf: pl.col(names[leaf]))
    found = frame.with_columns(made.alias("found"))["found"].struct.unnest()
    return [
        FAILURE if failed else value for value, failed in zip(values(found[VALUE], type_), found[FAILED], strict=True)
    ]


def meant(node: Node, row: dict) -> object:
    try:
        return evaluate(node, Person(attributes=row), NOW)
    except EvaluationError:
        return FAILURE


def both(node: Node, *people: dict) -> list[object]:
    found = compiled(node, list(people))
    assert found == [meant(node, row) for row in people]
    return found


# --- failures ------------------------------------------------------------------------------------------

LARGE = 2**62
ROWS = ({"n": LARGE, "m": 0}, {"n": LARGE, "m": 1}, {"n": LARGE, "m": 2}, {"n": None, "m": 2}, {"n": 1, "m": None})
PRODUCT = times(N, M)


def test_a_failure_stays_in_its_row_and_reaches_what_is_made_of_it():
    assert both(PRODUCT, *ROWS) == [0, LARGE, FAILURE, None, None]
    assert both(call("gt", PRODUCT, number(0)), *ROWS) == [False, True, FAILURE, False, False]
    assert both(call("is_null", PRODUCT), *ROWS) == [False, False, FAILURE, True, True]
    made = ObjectOf(("a",), (PRODUCT,), object_of({"a": INTEGER}))
    assert both(Step(made, "a", INTEGER), *ROWS) == [0, LARGE, FAILURE, None, None]
    assert both(ListOf((number(1), PRODUCT), list_of(INTEGER)), ROWS[0], ROWS[2]) == [[1, 0], FAILURE]


def test_an_expression_is_null_where_it_fails():
    frame = pl.DataFrame({"n": [LARGE, 1], "m": [2, 3]})
    rule = expression(PRODUCT, lambda leaf: pl.col(leaf.path[0]))
    assert frame.with_columns(rule.alias("x"))["x"].to_list() == [None, 3]


@pytest.mark.parametrize("name", ["and", "or"])
def test_what_is_not_needed_does_not_fail(name):
    small, fails = call("lt", M, number(2)), call("gt", PRODUCT, number(0))
    for args in ((small, fails), (fails, small), (small, fails, small), (call("not", small), fails)):
        both(call(name, *args), *ROWS)
    assert both(call("and", small, fails), *ROWS) == [False, True, False, False, False]
    assert both(call("and", fails, small), ROWS[2]) == [FAILURE]


def test_only_the_branch_taken_fails():
    branch = call("if", call("eq", M, number(2)), number(-1), PRODUCT, to=INTEGER)
    assert both(branch, *ROWS) == [0, LARGE, -1, -1, None]
    assert both(call("if", call("gt", PRODUCT, number(1)), N, M, to=INTEGER), *ROWS) == [0, LARGE, FAILURE, 2, None]
    assert both(call("coalesce", M, PRODUCT, to=INTEGER), *ROWS) == [0, 1, 2, 2, None]
    assert both(call("coalesce", PRODUCT, M, to=INTEGER), *ROWS) == [0, LARGE, FAILURE, 2, None]


def test_constants_that_fail():
    never = times(number(LARGE), number(4))
    assert both(call("or", call("is_null", M), call("gt", never, N)), *ROWS)[:2] == [FAILURE, FAILURE]
    assert both(call("or", call("is_null", M), call("gt", never, N)), ROWS[4]) == [True]
    made, _ = outcome(never, lambda leaf: pl.col("none"))
    assert pl.select(made).to_series().struct.field(FAILED).to_list() == [True]


def test_a_list_fails_in_which_one_element_does():
    body = call("gt", times(SIZE, Attribute(("n",), INTEGER)), number(0))
    lines = [{"size": 1}, {"size": 4}]
    rows = ({"n": LARGE, "lines": lines}, {"n": 1, "lines": lines}, {"n": LARGE, "lines": []}, {"n": LARGE})
    assert both(Quantifier("any", LINES, body), *rows) == [FAILURE, True, False, False]
    assert both(call("size", Each("filter", LINES, body, LINES.type), to=INTEGER), *rows) == [FAILURE, 2, 0, 0]
    inner = Each("map", LINES, times(SIZE, Field(("size",), INTEGER, 1)), list_of(INTEGER))
    nested = Each("map", LINES, call("sum_of", inner, to=INTEGER), list_of(INTEGER))
    rows = ({"lines": lines}, {"lines": [{"size": LARGE}, {"size": 1}]}, {"lines": None}, {"lines": [{"size": None}]})
    assert both(nested, *rows) == [[5, 20], FAILURE, None, [0]]


def test_a_list_made_of_what_fails():
    listed = Each("map", ListOf((PRODUCT, N), list_of(INTEGER)), Field((), INTEGER), list_of(INTEGER))
    assert both(listed, *ROWS[:3]) == [[0, LARGE], [LARGE, LARGE], FAILURE]


def test_untyped_values_fail_where_text_will_not_do():
    anything = Attribute(("any",), ANY)
    assert both(call("add_exact", anything, N, to=INTEGER), {"any": None, "n": 1}, {"any": "x", "n": 1}) == [
        None,
        FAILURE,
    ]
    assert both(call("eq", anything, text("x")), {"any": None}, {"any": "x"}, {"any": "y"}) == [False, True, False]
    assert both(call("size", anything, to=INTEGER), {"any": None}, {"any": "x"}) == [0, FAILURE]


# --- large trees ---------------------------------------------------------------------------------------


def test_arguments_used_many_times_do_not_multiply():
    node: Node = N
    for _ in range(30):
        node = call("quotient", call("coalesce", node, M, to=INTEGER), number(1), to=INTEGER)
    assert both(node, {"n": 5, "m": None}, {"n": None, "m": 3}) == [5, 3]


def test_lists_inside_lists_inside_lists():
    node: Node = number(1)
    for depth in range(8):
        body = call("gt", call("size", node, to=INTEGER), number(0)) if depth else call("gt", SIZE, number(0))
        node = call("null_if_empty", Each("filter", LINES, body, LINES.type), to=LINES.type)
    assert both(call("size", node, to=INTEGER), {"lines": [{"size": 1}, {"size": 0}]}, {"lines": []}) == [2, 0]


def test_deep_trees():
    node: Node = call("not", call("gt", N, number(0)))
    for _ in range(200):
        node = call("not", node)
    assert both(node, {"n": 1}, {"n": 0}) == [False, True]


# --- lists and steps -----------------------------------------------------------------------------------


def test_steps_through_lists_of_objects():
    lines = [{"kind": "a", "tags": ["x", None]}, None, {"kind": None, "tags": []}, {"tags": ["y"]}]
    assert both(Step(LINES, "kind", list_of(STRING)), {"lines": lines}, {"lines": None}) == [
        ["a", None, None, None],
        None,
    ]
    assert both(Step(LINES, "tags", list_of(STRING)), {"lines": lines}, {"lines": []}) == [["x", None, "y"], []]
    assert both(Step(LINES, "gone", list_of(ANY)), {"lines": lines}, {"lines": None}) == [[None] * 4, None]
    assert both(Step(Attribute(("any",), ANY), "a", ANY), {"any": None}) == [None]


def test_groups_keep_the_order_of_their_first_elements():
    grouped = Each("group", LINES, SIZE, map_of(LINES.type))
    lines = [{"size": 2}, {"size": 1}, {"size": None}, {"size": 2, "kind": "b"}]
    found = both(grouped, {"lines": lines}, {"lines": []}, {"lines": None})
    assert found == [{"2": [{"size": 2}, {"kind": "b", "size": 2}], "1": [{"size": 1}]}, {}, None]
    assert list(found[0]) == ["2", "1"]


def test_lists_of_lists():
    nested = ListOf(
        (Step(LINES, "kind", list_of(STRING)), ListOf((text("z"),), list_of(STRING))), list_of(list_of(STRING))
    )
    assert both(nested, {"lines": [{"kind": "a"}]}, {"lines": None}) == [[["a"], ["z"]], [None, ["z"]]]


def test_elements_read_all_rows_around():
    lines = [{"size": 1, "tags": ["a", "b"]}, {"size": 2, "tags": ["b"]}]
    tagged = call(
        "and", call("eq", Field((), STRING), Attribute(("tag",), STRING)), call("gt", Field(("size",), INTEGER, 1), N)
    )
    inner = Quantifier("any", Field(("tags",), list_of(STRING)), tagged)
    rows = (
        {"lines": lines, "tag": "b", "n": 1},
        {"lines": lines, "tag": "a", "n": 1},
        {"lines": lines, "tag": "a", "n": 0},
    )
    assert both(Quantifier("any", LINES, inner), *rows) == [True, False, True]


def test_what_reads_nothing_is_known_beforehand():
    made = Each(
        "map", ListOf((number(1), number(2)), list_of(INTEGER)), times(Field((), INTEGER), number(2)), list_of(INTEGER)
    )
    assert leaves(made) == ()
    assert both(call("eq", call("size", made, to=INTEGER), N), {"n": 2}, {"n": None}) == [True, False]


# --- time ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "window", [Rolling(2 * DAY), Rolling(0, -DAY), Calendar("day"), Calendar("day", -1, -1), Ever()]
)
def test_windows_around_what_stands_in_a_list(window):
    lines = [{"at": moment(days)} for days in (-3, -2, -1.5, -1, 0, 0.5, 1)] + [{"at": None}]
    inside = Each("filter", LINES, InWindow(AT, window), LINES.type)
    assert leaves(inside) == (LINES, Now())
    (found,) = both(inside, {"lines": lines})
    assert 0 < len(found) < len(lines)


def test_now_inside_a_list():
    later = Quantifier("any", LINES, call("gt", AT, Now()))
    assert both(later, {"lines": [{"at": moment(1)}]}, {"lines": [{"at": moment(0)}]}) == [True, False]


# --- sequences -----------------------------------------------------------------------------------------


def of_kind(kind: str) -> Call:
    return call("eq", KIND, text(kind))


def soon(up: int, days: int) -> Call:
    limit = call("add_days", Field(("at",), DATE_TIME, up), number(days), to=DATE_TIME)
    return call("le", AT, limit)


def lines(*kinds: tuple[str, float]) -> dict:
    return {"lines": [{"kind": kind, "at": moment(days), "size": place} for place, (kind, days) in enumerate(kinds)]}


def test_any_occurrence_may_start_a_sequence():
    steps = (SequenceStep(of_kind("a")), SequenceStep(of_kind("b"), when=soon(1, 2)))
    node = Sequence(LINES, ("at",), steps)
    rows = (lines(("a", 0), ("b", 5)), lines(("a", 0), ("a", 4), ("b", 5)), lines(("b", 5), ("a", 4)), {"lines": None})
    assert both(node, *rows) == [False, True, True, False]


def test_a_later_step_reads_the_first():
    steps = (SequenceStep(of_kind("a")), SequenceStep(of_kind("b")), SequenceStep(of_kind("c"), when=soon(2, 3)))
    node = Sequence(LINES, ("at",), steps)
    assert both(node, lines(("a", 0), ("b", 1), ("c", 4)), lines(("a", 0), ("a", 2), ("b", 3), ("c", 4))) == [
        False,
        True,
    ]


def test_counts_and_the_profile():
    steps = (SequenceStep(of_kind("a"), count=2), SequenceStep(of_kind("b"), where=call("gt", SIZE, N), count=2))
    node = Sequence(LINES, ("at",), steps)
    row = lines(("a", 0), ("b", 1), ("a", 2), ("b", 3), ("b", 4), ("b", 4))
    assert both(node, {**row, "n": 0}, {**row, "n": 3}, {**row, "n": 4}, {**lines(("a", 0)), "n": 0}) == [
        True,
        True,
        False,
        False,
    ]


def test_a_sequence_fails_where_a_condition_does():
    steps = (SequenceStep(call("gt", times(SIZE, N), number(-1))), SequenceStep(of_kind("b"), when=soon(1, 1)))
    row = lines(("a", 0), ("b", 1), ("b", 2), ("c", 3))
    assert both(Sequence(LINES, ("at",), steps), {**row, "n": LARGE}, {**row, "n": 1}) == [FAILURE, True]
    linked = (SequenceStep(of_kind("a")), SequenceStep(call("gt", times(Field(("size",), INTEGER, 1), N), number(0))))
    rows = (lines(("x", 0), ("x", 0), ("a", 1), ("b", 2)), lines(("x", 0), ("x", 0), ("a", 1)))
    assert both(Sequence(LINES, ("at",), linked), *({**row, "n": LARGE} for row in rows)) == [FAILURE, False]


def test_many_pairs_are_looked_at_in_parts(monkeypatch):
    monkeypatch.setattr(sequences, "PAIRS", 3)
    steps = (SequenceStep(of_kind("a")), SequenceStep(of_kind("b")), SequenceStep(of_kind("a"), when=soon(2, 2)))
    node = Sequence(LINES, ("at",), steps)
    kinds = [("a" if number % 3 else "b", number * 0.4) for number in range(12)]
    assert both(node, lines(*kinds), lines(*kinds[:2]), lines(*reversed(kinds)), {"lines": []}) == [
        True,
        False,
        True,
        False,
    ]


# --- what cannot be --------------------------------------------------------------------------------------


def test_a_data_source_is_not_asked_for_each_element():
    asked = Fetched(("source", "s", "g"), ("p",), (SIZE,), BOOLEAN)
    with pytest.raises(RuleError) as caught:
        expression(Quantifier("any", LINES, asked), lambda leaf: pl.col("x"))
    assert caught.value.code == "not-in-rows"


def test_leaves_from_beside_the_profile():
    given, count = Given(("event", "order", "total"), INTEGER), Aggregate("count", "visit", Ever(), INTEGER)
    asked = Fetched(("source", "s", "g"), ("p",), (N,), INTEGER)
    rule = call(
        "and", call("gt", given, count), call("gt", asked, number(1)), Quantifier("any", LINES, call("gt", SIZE, given))
    )
    assert leaves(rule) == (given, count, asked, LINES)
    assert both(call("eq", given, Literal(None, NULL)), {}) == [True]
