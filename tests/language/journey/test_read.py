"""Names and types: what is refused and where, what is accepted and of what type, what it becomes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from parcours.core.errors import DefinitionError
from parcours.core.schema import (
    ANY,
    BOOLEAN,
    DATE_TIME,
    DECIMAL,
    INTEGER,
    OFFSET_TIME,
    STRING,
    Type,
    list_of,
    object_of,
)
from parcours.language.journey.read import function_names, read
from parcours.language.journey.scope import JourneyScope
from parcours.language.tree import (
    Attribute,
    Call,
    Chance,
    Each,
    Fetched,
    Field,
    Given,
    Literal,
    Member,
    Membership,
    Node,
    Now,
    Step,
    walk,
)
from tests.language.journey.texts import SCOPE
from tests.language.shop import SHOP

STRICT = replace(SCOPE, strict=True)
ORDER = ("event", "Order")


def problems(text: str, scope: JourneyScope = SCOPE, usage: str | None = None) -> list[tuple[str, str]]:
    """Code and marked text of each problem."""
    with pytest.raises(DefinitionError) as caught:
        read(text, scope, usage=usage)
    spans = [(problem.code, problem.span) for problem in caught.value.problems]
    return [(code, text[span.start : span.end]) for code, span in spans if span is not None]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1 + true", [("type.bad-operands", "1 + true")]),
        ("3 * 4.0", [("type.bad-operands", "3 * 4.0")]),
        ('"a" < "b"', [("type.bad-operands", '"a" < "b"')]),
        ("1 < 2 < 3", [("type.bad-operands", "1 < 2 < 3")]),
        ("@{Order.inner} == @{Order.inner}", [("type.bad-operands", "@{Order.inner} == @{Order.inner}")]),
        ("@{Order.items} == null", [("type.bad-operands", "@{Order.items} == null")]),
        ("1 and true and 2", [("type.mismatch", "1"), ("type.mismatch", "2")]),
        ("[1, 2.5]", [("type.mixed-list", "[1, 2.5]")]),
        ("[[1]]", [("type.list-element", "[1]")]),
        ('if (1) then (1) else ("a")', [("type.branches", 'if (1) then (1) else ("a")'), ("type.mismatch", "1")]),
        ("lenght(1) + Count(2)", [("type.unknown-function", "lenght"), ("type.unknown-function", "Count")]),
        ("length(1)", [("type.no-signature", "1")]),
        ('length("a", "b")', [("type.wrong-count", 'length("a", "b")')]),
        ("max(1, 2.5)", [("type.no-signature", "max(1, 2.5)")]),
        ("now(@{Order.string})", [("type.not-constant", "@{Order.string}")]),
        ('now("Mars")', [("type.bad-constant", '"Mars"')]),
        ('nowWithDelta(1, "weeks")', [("type.bad-constant", '"weeks"')]),
        ('date("2021-02-30")', [("type.bad-date", '"2021-02-30"')]),
        ("date(@{Order.string})", [("type.not-constant", "@{Order.string}")]),
        ("inSegment(@{Order.string})", [("type.not-constant", "@{Order.string}")]),
        ('inSegment("silvr")', [("type.unknown-segment", '"silvr"')]),
        ('segmentStatus("silvr")', [("type.unknown-segment", '"silvr"')]),
        ('segmentStatus("silver") and true', [("type.mismatch", 'segmentStatus("silver")')]),
        (
            'count(sort(@{Order.items}, "name", true))',
            [("type.expected-reference", 'sort(@{Order.items}, "name", true)')],
        ),
        ("@{Oder.x}", [("type.unknown-name", "Oder")]),
        ("#{Crm}", [("type.short-path", "#{Crm}")]),
        ("#{Crm.Nobody.x}", [("type.unknown-name", "Nobody")]),
        ("@{Order.string.all()}", [("type.expected-list", "all()")]),
        ("@{Order.inner.first()}", [("type.expected-list", "first()")]),
        ("@{Order.items.keys()}", [("type.expected-map", "keys()")]),
        ("@{Order.items.at(1.5)}", [("type.mismatch", "1.5")]),
        ("@{Order.items.all(currentEventField.price)}", [("type.mismatch", "currentEventField.price")]),
        ("currentEventField.x", [("type.out-of-scope", "currentEventField.x")]),
        (
            "@{Order.items.all(currentDataPackField.price > 1.0)}",
            [("type.out-of-scope", "currentDataPackField.price")],
        ),
        ("@{Order.integer, defaultValue: 1.5}", [("type.bad-default", "1.5")]),
        ("@{Order.integer, params: {a: 1}}", [("type.no-parameters", "@{Order.integer, params: {a: 1}}")]),
        (
            "@{Oder.l.all(lenght(1)), defaultValue: 1 }",
            [("type.unknown-name", "Oder"), ("type.unknown-function", "lenght")],
        ),
    ],
)
def test_problems(text: str, found: list[tuple[str, str]]) -> None:
    assert problems(text) == found


def test_strict_names() -> None:
    assert problems("@{Order.strin} == 1", STRICT) == [("type.unknown-field", "strin")]
    assert problems("@{Order.items.nam}", STRICT) == [("type.unknown-field", "nam")]
    assert problems("@{Order.string.sub}", STRICT) == [("type.no-fields", "sub")]
    assert problems("#{Parcours.Profile.citty}", STRICT) == [("type.unknown-name", "citty")]
    with pytest.raises(DefinitionError) as caught:
        read("#{Parcours.Profile.citty}", STRICT)
    assert caught.value.problems[0].hint == "did you mean 'city'?"


@pytest.mark.parametrize(
    ("usage", "good", "bad"),
    [
        ("condition", "1 < 2", "1"),
        ("timer", 'toDateTimeOnly("2020-01-01")', "now()"),
        ("action", "[1]", None),
    ],
)
def test_usages(usage: str, good: str, bad: str | None) -> None:
    assert read(good, SCOPE, usage=usage)
    if bad is not None:
        assert problems(bad, usage=usage) == [("type.bad-usage", bad)]


def test_the_hint_for_a_function_in_other_letters_is_the_function() -> None:
    with pytest.raises(DefinitionError) as caught:
        read("Count([1])", SCOPE)
    assert "'count'" in str(caught.value.problems[0].hint)


# --- what is unknown fits everything ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("@{Order.nope}", ANY),
        ("@{Order.nope.deeper.at(1).still}", ANY),
        ("@{Order.items.nope}", list_of(ANY)),
        ("@{Order.nope} + 1", ANY),
        ("@{Order.nope} + 1.5", ANY),
        ('@{Order.nope} + "a"', STRING),
        ("@{Order.nope} * 2", INTEGER),
        ("(@{Order.nope} - 1) * 2.0", DECIMAL),
        ("length(@{Order.nope} + 1)", INTEGER),
        ('(@{Order.nope} + toDuration("PT1H")) < now()', BOOLEAN),
        ("@{Order.nope, defaultValue: 1}", INTEGER),
        ("if (@{Order.nope}) then (@{Order.nope}) else (1)", INTEGER),
        ("max(@{Order.nope}, 1.5)", DECIMAL),
        ("getListItem(@{Order.nope}, 0) == 5", BOOLEAN),
        ("sum(@{Order.nope}) + 1.5", ANY),
        ("[null, @{Order.nope}, 2]", list_of(INTEGER)),
        ("null + 1", INTEGER),
        ("count([])", INTEGER),
        ("[] == [1]", BOOLEAN),
    ],
)
def test_unknown_types_fit(text: str, type_: Type) -> None:
    assert read(text, SCOPE).type == type_


def test_an_untyped_value_takes_the_type_that_is_asked_for() -> None:
    assert read("length(@{Order.nope})", SCOPE) == Call("length", (Given((*ORDER, "nope"), STRING),), INTEGER)


# --- what it becomes -------------------------------------------------------------------------------------

PLAIN = Given((*ORDER, "plain"), DATE_TIME)
ITEMS = Given((*ORDER, "items"), dict(SCOPE.events["Order"].fields)["items"])


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("@{Order.inner.name}", Given((*ORDER, "inner", "name"), STRING)),
        ("@{journey.instanceUID}", Given(("journey", "instanceUID"), STRING)),
        ("@{SegmentQualification.status}", Given(("event", "SegmentQualification", "status"), STRING)),
        ("@action{Ask.integer}", Given(("action", "Ask", "integer"), INTEGER)),
        ("#{Crm.Person.integer}", Given(("source", "Crm", "Person", "Profile", "integer"), INTEGER)),
        ("#{Crm.Person.Profile.integer}", Given(("source", "Crm", "Person", "Profile", "integer"), INTEGER)),
        (
            "#{Crm.Shop.integer, params: {a: 1}}",
            Fetched(("source", "Crm", "Shop", "integer"), ("a",), (Literal(1, INTEGER),), INTEGER),
        ),
        ("#{Parcours.Profile.address.city}", Attribute(("address", "city"), STRING)),
        ("@{Order.items.name}", Step(ITEMS, "name", list_of(STRING))),
        ("@{Order.items.tags}", Step(ITEMS, "tags", list_of(STRING))),
        ('inSegment("silver")', Member("silver")),
        ('segmentStatus("silver")', Membership("silver")),
        ("random()", Chance("random", 0, DECIMAL)),
        ("now()", Call("with_zone", (Now(),), OFFSET_TIME)),
        ("@{Order.plain}", Call("with_offset", (PLAIN,), OFFSET_TIME)),
        ("@{Order.plain} == now()", Call("eq", (PLAIN, Now()), BOOLEAN)),
        ("1 + 2", Call("add_exact", (Literal(1, INTEGER), Literal(2, INTEGER)), INTEGER)),
        ("1 + 2.0", Call("add", (Literal(1, INTEGER), Literal(2.0, DECIMAL)), DECIMAL)),
        (
            '"a" + 1',
            Call("concat", (Literal("a", STRING), Call("text_of", (Literal(1, INTEGER),), STRING)), STRING),
        ),
    ],
)
def test_nodes(text: str, node: Node) -> None:
    assert read(text, SCOPE) == node


def test_the_innermost_collection_of_a_kind_counts() -> None:
    inner = "#{Parcours.Profile.cards.all(currentDataPackField.points > currentEventField.count)}"
    tree = read(f"@{{Order.items.all({inner} is null)}}", SCOPE)
    fields = [part for part in walk(tree) if isinstance(part, Field)]
    assert fields == [Field(("points",), INTEGER, 0), Field(("count",), INTEGER, 1)]


def test_events_of_the_workspace_come_newest_first() -> None:
    tree = read("#{Parcours.Events.purchase.first()}", SCOPE)
    assert isinstance(tree, Call)
    (history,) = tree.args
    assert isinstance(history, Each)
    assert (history.kind, history.body) == ("descending", Field(("timestamp",), DATE_TIME))
    assert isinstance(history.over, Each)
    assert history.over.body == Call("eq", (Field(("eventType",), STRING), Literal("purchase", STRING)), BOOLEAN)


def test_wrappers_of_profiles() -> None:
    """D27: the literal path first, then inside the only wrapper, then without a leading Profile."""
    both = object_of({"Profile": object_of({"a": INTEGER}), "a": STRING})
    scope = JourneyScope(sources={"S": object_of({"Both": both, "Bare": object_of({"a": INTEGER})})})
    assert read("#{S.Both.a}", scope) == Given(("source", "S", "Both", "a"), STRING)
    assert read("#{S.Both.Profile.a}", scope) == Given(("source", "S", "Both", "Profile", "a"), INTEGER)
    assert read("#{S.Bare.Profile.a}", scope) == Given(("source", "S", "Bare", "a"), INTEGER)


def test_a_default_keeps_the_offset_of_its_instant() -> None:
    assert read("@{Order.plain, defaultValue: @{Order.offsetDateTime}}", SCOPE).type == OFFSET_TIME


def test_a_workspace_is_no_source_of_a_scope_without_one() -> None:
    assert problems("#{Parcours.Profile.city}", JourneyScope()) == [("type.unknown-name", "Parcours")]
    assert read("#{Parcours.Profile.city}", JourneyScope(profile=SHOP)).type == STRING


def test_names_for_completion() -> None:
    assert {"date", "inSegment", "random", "uuid", "count", "now", "toString"} <= set(function_names())
