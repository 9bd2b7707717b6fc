"""What the text languages have besides the functions of the registry: forms with a grammar of their own.

``tests/docs`` runs the examples, and holds this list against the words that the parsers know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from tools.reference.samples import Sample, type_of


@dataclass(frozen=True)
class Form:
    """A form of a language.

    Attributes:
        name: the word it begins with, or that makes it.
        kind: what an editor calls it: function, method, step, option, variable, operator, keyword, instant.
        written: how it is written, one line per way.
        prose: one or two sentences.
        insert: what an editor puts in, with ``${name}`` where the cursor goes next.
        samples: examples.
    """

    language: str
    name: str
    kind: str
    written: tuple[str, ...]
    prose: str
    insert: str
    samples: tuple[Sample, ...] = ()


_ORDERS = {
    "orders": [{"id": "a", "total": 20.0}, {"id": "b", "total": 70.0}, {"id": "c", "total": 40.0}],
    "points": {"gold": 3, "silver": 1},
}
_EVENTS = (
    {"eventType": "view", "timestamp": datetime(2024, 5, 2, 9, tzinfo=UTC), "total": None},
    {"eventType": "purchase", "timestamp": datetime(2024, 5, 2, 10, tzinfo=UTC), "total": 30.0},
    {"eventType": "purchase", "timestamp": datetime(2024, 5, 16, 18, tzinfo=UTC), "total": 90.0},
)
_NOW = datetime(2024, 5, 17, 12, tzinfo=UTC)
_PROFILE = {**_ORDERS, "city": "Lyon", "age": 41, "seen": datetime(2024, 5, 16, 18, tzinfo=UTC)}


def _given(values: Mapping[str, Any], text: str) -> dict[str, tuple[Any, Any]]:
    return {name: (value, type_of(value)) for name, value in values.items() if name in text}


def _journey(text: str, result: Any, *, gold: bool = False) -> Sample:
    return Sample("", "journey", text, result, _given(_PROFILE, text), _NOW, (), _silver(gold))


def _pql(text: str, result: Any, *, gold: bool = False) -> Sample:
    clock = _NOW if any(word in text for word in ("now", "today", "yesterday", "tomorrow", "this", "last ")) else None
    events = _EVENTS if "xEvent" in text else ()
    return Sample("", "pql", text, result, _given(_PROFILE, text), clock, events, _silver(gold))


def _silver(member: bool) -> frozenset[str]:
    return frozenset({"gold"}) if member else frozenset()


def forms(language: str) -> Iterator[Form]:
    yield from (form for form in (*JOURNEY, *PQL) if form.language == language)


def _j(name: str, kind: str, written: str, prose: str, insert: str, *samples: Sample) -> Form:
    return Form("journey", name, kind, tuple(written.split(" ; ")), prose, insert, samples)


def _p(name: str, kind: str, written: str, prose: str, insert: str, *samples: Sample) -> Form:
    return Form("pql", name, kind, tuple(written.split(" ; ")), prose, insert, samples)


JOURNEY = (
    _j(
        "date",
        "function",
        'date("constant") → dateOnly, dateTimeOnly or dateTime',
        "A date or time written out; its text decides which of the three it is.",
        'date("${text}")',
        _journey('date("2024-02-29")', date(2024, 2, 29)),
        _journey('date("2024-02-29T10:00")', datetime(2024, 2, 29, 10)),  # noqa: DTZ001 - a local time
        _journey('date("2024-02-29T10:00:00Z")', datetime(2024, 2, 29, 10, tzinfo=UTC)),
    ),
    _j(
        "inSegment",
        "function",
        'inSegment("constant") → boolean',
        "Whether the profile is a member of the segment.",
        'inSegment("${segment}")',
        _journey('inSegment("gold")', True, gold=True),
        _journey('not inSegment("gold")', True),
    ),
    _j(
        "segmentStatus",
        "function",
        'segmentStatus("constant") → string',
        "How the profile stands to the segment: `realized` for its members, `exited` for those who were members before "
        "and are not any more, `never` for all others.",
        'segmentStatus("${segment}")',
        _journey('segmentStatus("gold")', "realized", gold=True),
        _journey('segmentStatus("gold") == "never"', True),
    ),
    _j(
        "random",
        "function",
        "random() → decimal",
        "A random number from 0 to below 1, another at each call.",
        "random()",
    ),
    _j("uuid", "function", "uuid() → string", "A random identifier, another at each call.", "uuid()"),
    _j(
        "if",
        "keyword",
        "if (condition) then (value) else (value)",
        "One of two values. A missing condition counts as false; only the chosen branch is evaluated.",
        "if (${condition}) then (${value}) else (${other})",
        _journey('if (@{sample.age} >= 18) then ("adult") else ("minor")', "adult"),
    ),
    _j(
        "then",
        "keyword",
        "if (condition) then (value) else (value)",
        "The value if it holds.",
        "then (${value})",
    ),
    _j("else", "keyword", "if (condition) then (value) else (value)", "The value if it does not.", "else (${value})"),
    _j(
        "all",
        "step",
        "list.all() ; list.all(condition)",
        "The elements that meet the condition, in their order; null when there are none.",
        "all(${condition})",
        _journey("count(@{sample.orders.all(currentEventField.total > 30).id})", 2),
        _journey("@{sample.orders.all(currentEventField.total > 99)} is null", True),
    ),
    _j(
        "first",
        "step",
        "list.first() ; list.first(condition)",
        "The first element that meets the condition, or null. Events stand newest first.",
        "first(${condition})",
        _journey("@{sample.orders.first(currentEventField.total > 30).id}", "b"),
    ),
    _j(
        "last",
        "step",
        "list.last() ; list.last(condition)",
        "The last element that meets the condition, or null. Of events it is the oldest.",
        "last(${condition})",
        _journey("@{sample.orders.last().id}", "c"),
    ),
    _j(
        "at",
        "step",
        "list.at(position)",
        "The element at a position, counted from 0; null outside of the list.",
        "at(${position})",
        _journey("@{sample.orders.at(0).total}", 20.0),
        _journey("@{sample.orders.at(9).total}", None),
    ),
    _j(
        "entry",
        "step",
        "map.entry(key)",
        "The value under a key of a map, or null.",
        "entry(${key})",
        _journey('@{sample.points.entry("gold")}', 3),
    ),
    _j(
        "firstEntryKey",
        "step",
        "map.firstEntryKey()",
        "The first key of a map, or null.",
        "firstEntryKey()",
        _journey("@{sample.points.firstEntryKey()}", "gold"),
    ),
    _j(
        "keys",
        "step",
        "map.keys()",
        "The keys of a map, in their order.",
        "keys()",
        _journey("@{sample.points.keys()}", ["gold", "silver"]),
    ),
    _j(
        "defaultValue",
        "option",
        "@{…, defaultValue: value}",
        "Stands for the field when it is missing. A call or a compound expression goes in parentheses.",
        "defaultValue: ${value}",
        _journey('@{sample.nickname, defaultValue: "friend"}', "friend"),
    ),
    _j(
        "params",
        "option",
        "#{…, params: {name: value, …}}",
        "What a data source with parameters is asked for.",
        "params: {${name}: ${value}}",
    ),
    _j(
        "currentEventField",
        "variable",
        "currentEventField.field",
        "The element at hand, in a condition behind @{…}.",
        "currentEventField.${field}",
        _journey('@{sample.orders.first(currentEventField.id == "c").total}', 40.0),
    ),
    _j(
        "currentDataPackField",
        "variable",
        "currentDataPackField.field",
        "The element at hand, in a condition behind #{…}.",
        "currentDataPackField.${field}",
    ),
    _j(
        "currentActionField",
        "variable",
        "currentActionField.field",
        "The element at hand, in a condition behind @action{…}.",
        "currentActionField.${field}",
    ),
    *(
        _j(name, "operator", f"condition {name} condition", prose, f"{name} ")
        for name, prose in {"and": "Both hold.", "or": "At least one holds."}.items()
    ),
    _j("not", "operator", "not condition", "The condition does not hold, or is missing.", "not "),
    *(
        _j(words, "operator", f"value {words}", prose, words)
        for words, prose in {
            "is null": "The value is missing. An empty text or list is not.",
            "is not null": "The value is there.",
            "has null": "The list has a missing element.",
            "is numeric": "The value is an integer or a decimal.",
            "is integer": "The value is an integer.",
            "is decimal": "The value is a decimal.",
        }.items()
    ),
    *(
        _j(word, "constant", word, prose, word)
        for word, prose in {"true": "True.", "false": "False.", "null": "No value."}.items()
    ),
)

PQL = (
    _p(
        "date",
        "function",
        "date(year, month, day) → date",
        "A date written out.",
        "date(${year}, ${month}, ${day})",
        _pql("date(2024, 2, 29)", date(2024, 2, 29)),
    ),
    _p(
        "inSegment",
        "function",
        'inSegment("constant") → boolean',
        "Whether the profile is a member of the segment.",
        'inSegment("${segment}")',
        _pql('inSegment("gold")', True, gold=True),
    ),
    _p(
        "segmentStatus",
        "function",
        'segmentStatus("constant") → string',
        "How the profile stands to the segment: `realized` for its members, `exited` for those who were members before "
        "and are not any more, `never` for all others.",
        'segmentStatus("${segment}")',
        _pql('segmentStatus("gold")', "realized", gold=True),
        _pql('segmentStatus("gold") = "exited"', False),
    ),
    _p(
        "mapEntry",
        "function",
        "map.map((key, value) => mapEntry(key, value))",
        "An entry of the map that is made.",
        "mapEntry(${key}, ${value})",
    ),
    _p(
        "filter",
        "method",
        "array.filter(condition) ; array[condition] → array",
        "The elements that meet the condition. Inside, a bare name is a field of the element, ^ leads out of it.",
        "filter(${condition})",
        _pql("orders.filter(total > 30).count()", 2),
        _pql('orders[total > 30 and ^city = "Lyon"].count()', 2),
    ),
    _p(
        "exists",
        "method",
        "array.exists(condition) ; exists name from array where condition → boolean",
        "Whether an element meets the condition.",
        "exists(${condition})",
        _pql("orders.exists(total > 60)", True),
        _pql('exists E from xEvent where E.eventType = "purchase" and E.total > 100', False),
    ),
    _p(
        "forall",
        "keyword",
        "forall name from array where condition → boolean",
        "Whether all elements meet the condition; true when there are none.",
        "forall ${name} from ${array} where ${condition}",
        _pql("forall o from orders where o.total > 10", True),
    ),
    _p(
        "select",
        "keyword",
        "select name from array where condition → array",
        "The elements that meet the condition. As a rule: there is one.",
        "select ${name} from ${array} where ${condition}",
        _pql('(select E from xEvent where E.eventType = "purchase").count()', 2),
    ),
    _p(
        "map",
        "method",
        "array.map(expression) ; array.map((x) => expression) ; map.map((key, value) => mapEntry(key, value))",
        "What the expression gives for each element, or a new map of each entry.",
        "map(${expression})",
        _pql("orders.map(total)", [20.0, 70.0, 40.0]),
        _pql("orders.map((o) => o.total * 2)", [40.0, 140.0, 80.0]),
        _pql(
            'xEvent.groupBy(eventType).map((K, G) => mapEntry(K, G.count())).get("purchase")',
            2,
        ),
    ),
    _p(
        "groupBy",
        "method",
        "array.groupBy(expression) → map",
        "The elements in groups: a map from each value of the expression to the array of its elements.",
        "groupBy(${expression})",
        _pql("xEvent.groupBy(eventType).keys()", ["view", "purchase"]),
    ),
    _p(
        "topN",
        "method",
        "array.topN(expression, count) → array",
        "The elements with the largest values, from the largest on.",
        "topN(${expression}, ${count})",
        _pql("orders.topN(total, 2).map(id)", ["b", "c"]),
    ),
    _p(
        "bottomN",
        "method",
        "array.bottomN(expression, count) → array",
        "The elements with the smallest values, from the smallest on.",
        "bottomN(${expression}, ${count})",
        _pql("orders.bottomN(total, 1).map(id)", ["a"]),
    ),
    _p(
        "sum",
        "method",
        "array.sum() ; array.sum(expression) ; sum expression over name from array where condition",
        "The sum of the elements, or of an expression of each; nulls are left out; 0 of nothing.",
        "sum(${expression})",
        _pql("orders.sum(total)", 130.0),
        _pql('sum E.total over E from xEvent where E.eventType = "purchase"', 120.0),
    ),
    _p(
        "average",
        "method",
        "array.average() ; array.average(expression) ; average expression over name from array where condition",
        "The mean, as a double; nulls are left out; null of nothing.",
        "average(${expression})",
        _pql("orders.average(total)", 130.0 / 3),
    ),
    _p(
        "min",
        "method",
        "array.min() ; array.min(expression) ; min expression over name from array where condition",
        "The smallest value; nulls are left out; null of nothing.",
        "min(${expression})",
        _pql("orders.min(total)", 20.0),
    ),
    _p(
        "max",
        "method",
        "array.max() ; array.max(expression) ; max expression over name from array where condition",
        "The largest value; nulls are left out; null of nothing.",
        "max(${expression})",
        _pql("orders.max(total)", 70.0),
    ),
    _p(
        "over",
        "keyword",
        "sum expression over name from array where condition",
        "Stands between what is added up and the array.",
        "over ${name} from ${array}",
    ),
    _p(
        "where",
        "keyword",
        "name from array where condition ; name from array : condition",
        "Which elements are meant.",
        "where ${condition}",
    ),
    _p(
        "let",
        "keyword",
        "let name = value in expression",
        "A name for a value, in the rest of the expression.",
        "let ${name} = ${value} in ",
        _pql("let s = orders.sum(total) in (s > 100 and s < 200)", True),
    ),
    _p(
        "in",
        "operator",
        "value in array → boolean",
        "The array holds the value. False when either is missing.",
        "in ",
        _pql('city in ["Lyon", "Paris"]', True),
    ),
    _p(
        "notIn",
        "operator",
        "value notIn array → boolean",
        "The array does not hold the value. False, too, when either is missing: the one negative test that is.",
        "notIn ",
        _pql('city notIn ["Paris"]', True),
        _pql('town notIn ["Paris"]', False),
        _pql('not (town in ["Paris"])', True),
    ),
    _p(
        "like",
        "operator",
        "text like pattern → boolean",
        "The whole text fits: % stands for any characters, _ for one.",
        "like ",
        _pql('city like "Ly%"', True),
    ),
    _p(
        "occurs",
        "operator",
        "time occurs < n units before reference ; time occurs after reference ; time occurs this unit ; "
        "time occurs between start and end",
        "When a date or timestamp lies, seen from now or from another time.",
        "occurs ${when}",
        _pql("seen occurs < 7 days before now", True),
        _pql("seen occurs yesterday", True),
        _pql("seen occurs this month", True),
        _pql("seen occurs between date(2024, 5, 1) and date(2024, 5, 16)", True),
        _pql("seen occurs after date(2024, 5, 16)", False),
    ),
    _p(
        "chain",
        "function",
        "chain(array, time, [name: WHAT(condition) WHEN(when) WHERE(condition) COUNT(n), …]) → boolean",
        "Events one after another, strictly later each: A, then B. Other events may lie between.",
        "chain(xEvent, timestamp, [${a}: WHAT(${condition}), ${b}: WHAT(${condition})])",
        _pql('chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "purchase")])', True),
        _pql(
            'chain(xEvent, timestamp, [A: WHAT(eventType = "purchase"), '
            'B: WHAT(eventType = "purchase") WHEN(< 2 days after A)])',
            False,
        ),
    ),
    _p("WHAT", "keyword", "WHAT(condition)", "What the event of the step must meet.", "WHAT(${condition})"),
    _p(
        "WHEN",
        "keyword",
        "WHEN(when)",
        "When it must lie, as behind occurs, seen from the profile and from earlier steps.",
        "WHEN(${when})",
    ),
    _p(
        "WHERE",
        "keyword",
        "WHERE(condition)",
        "About the profile and earlier steps.",
        "WHERE(${condition})",
    ),
    _p(
        "COUNT",
        "keyword",
        "COUNT(n)",
        "At least n such events after the step before; the n-th is the step's event.",
        "COUNT(${n})",
        _pql('chain(xEvent, timestamp, [A: WHAT(eventType = "purchase") COUNT(2)])', True),
    ),
    *(
        _p(word, "operator", f"condition {word} condition", prose, f"{word} ")
        for word, prose in {"and": "Both hold.", "or": "At least one holds."}.items()
    ),
    _p("not", "operator", "not condition ; !condition", "The condition does not hold, or is missing.", "not "),
    _p("xEvent", "instant", "xEvent → array", "All events of the profile.", "xEvent", _pql("xEvent.count()", 3)),
    _p("now", "instant", "now", "The instant of evaluation.", "now"),
    *(
        _p(word, "instant", word, f"The start of {of}; in an interval, all of it.", word)
        for word, of in {"today": "the day", "yesterday": "the day before", "tomorrow": "the day after"}.items()
    ),
    *(
        _p(word, "keyword", f"occurs {word} unit", f"The {of} calendar unit, all of it.", f"{word} ${{unit}}")
        for word, of in {"this": "current", "last": "previous", "next": "next"}.items()
    ),
    *(
        _p(word, "keyword", f"occurs < n units {word} time ; occurs {word} time", prose, f"{word} ")
        for word, prose in {"before": "Earlier than a time.", "after": "Later than a time."}.items()
    ),
    _p(
        "from",
        "keyword",
        "occurs < n units from time ; name from array",
        "In either direction from a time; or where elements come from.",
        "from ",
    ),
    _p(
        "between",
        "keyword",
        "occurs between start and end",
        "Both ends included.",
        "between ${start} and ${end}",
    ),
    _p("on", "keyword", "occurs on time", "On that day, or at that instant.", "on "),
    *(_p(word, "constant", word, prose, word) for word, prose in {"true": "True.", "false": "False."}.items()),
)
