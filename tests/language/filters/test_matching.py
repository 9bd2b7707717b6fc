"""Which values a filter expression keeps, by the reference: contact-segments.md, section 13."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from parcours.core.schema import BOOLEAN, DATE_ONLY, DATE_TIME, DECIMAL, INTEGER, STRING, Type
from parcours.language.filters.context import Context
from parcours.language.filters.fields import Target
from parcours.language.filters.read import read
from parcours.language.reference import Person, holds
from parcours.language.tree import Attribute

CONTEXT = Context(
    today=date(2026, 3, 11),
    work_date=date(2026, 1, 28),
    now=datetime(2026, 3, 11, 9, 30, tzinfo=UTC),
    user="ANNA",
    company="Cronus",
    lists={"mycustomers": ("C1", "C3")},
    fiscal_month=1,
)


def kept(expression: str, values: list[object], type_: Type, *, code: bool = False, context: Context = CONTEXT) -> list:
    node = read(expression, Target(Attribute(("x",), type_), code=code), context)
    return [value for value in values if holds(node, Person({"x": value}), 0)]


TEXTS = [
    "",
    None,
    "man",
    "Man",
    "manual",
    "Manchester",
    "Sportsman",
    "Hansen",
    "Hansson",
    "J & V",
    "A|B",
    "O'Brien",
    "b@x.fr",
]
OF_TEXTS: list[tuple[str, list[object]]] = [
    ("man", ["man"]),
    ("'Man'", ["Man"]),
    ("@man", ["man", "Man"]),
    ("''", ["", None]),
    (
        "<>''",
        ["man", "Man", "manual", "Manchester", "Sportsman", "Hansen", "Hansson", "J & V", "A|B", "O'Brien", "b@x.fr"],
    ),
    ("Man*", ["Man", "Manchester"]),
    ("*man", ["man", "Sportsman"]),
    ("Hans?n", ["Hansen"]),
    ("h*n|@H*N", ["Hansen", "Hansson"]),
    ("'J & V*'", ["J & V"]),
    ("'A|B'|O'Brien", ["A|B", "O'Brien"]),
    ("'O''Brien'", ["O'Brien"]),
    ("*@x.fr", ["b@x.fr"]),
    ("<>*a*", ["", None, "J & V", "A|B", "O'Brien", "b@x.fr"]),
    ("<>@M*&<>H*&<>''&<>S*", ["J & V", "A|B", "O'Brien", "b@x.fr"]),
    ("(man|Man)&<>Man", ["man"]),
    ("man|Man&<>Man", ["man"]),
    ("Hansen..Hansson", ["Hansen", "Hansson"]),
    ("..A|m..", ["", None, "man", "manual"]),
    (">Man&<O", ["Manchester"]),
    ("*", TEXTS),
    ("<>*", []),
    ("?*", [text for text in TEXTS if text]),
    ("man|Man|x", ["man", "Man"]),
    ("%xyz", []),
]


@pytest.mark.parametrize(("expression", "expected"), OF_TEXTS, ids=[text for text, _ in OF_TEXTS])
def test_texts(expression: str, expected: list[object]) -> None:
    assert kept(expression, list(TEXTS), STRING) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("anna", ["ANNA"]),
        ("%me", ["ANNA"]),
        ("%US", ["ANNA"]),
        ("%myc", ["C1", "C3"]),
        ("%me|C1", ["ANNA"]),
        ("<>%me", ["ANNA", "C1", "C2", "C3"]),
        ("c1..c2", ["C1", "C2"]),
    ],
)
def test_codes_are_upper_case(expression: str, expected: list[object]) -> None:
    assert kept(expression, ["ANNA", "C1", "C2", "C3"], STRING, code=True) == expected


def test_text_intervals_go_by_characters() -> None:
    assert kept("10000..10042", ["10000", "100000", "10042", "10043"], STRING) == ["10000", "100000", "10042"]


NUMBERS = [0, 1, 50, 75, 100, 1099, 1100, 1200, 1300, 5999, 8100, 8490, 8491, None]
OF_NUMBERS: list[tuple[str, list[object]]] = [
    ("..1099", [0, 1, 50, 75, 100, 1099]),
    ("1200|1300", [1200, 1300]),
    (">8300", [8490, 8491]),
    ("<=50", [0, 1, 50]),
    ("5999|8100..8490", [5999, 8100, 8490]),
    ("..50|8490..", [0, 1, 50, 8490, 8491]),
    (">50&<100", [75]),
    ("<>0&<1.5", [1]),
    ("''", [None]),
    ("<>''&..1", [0, 1]),
    ("-3..1", [0, 1]),
    ("=75", [75]),
]


@pytest.mark.parametrize("type_", [INTEGER, DECIMAL], ids=str)
@pytest.mark.parametrize(("expression", "expected"), OF_NUMBERS, ids=[text for text, _ in OF_NUMBERS])
def test_numbers(expression: str, expected: list[object], type_: Type) -> None:
    assert kept(expression, list(NUMBERS), type_) == expected


@pytest.mark.parametrize(
    ("expression", "expected"), [("yes", [True]), ("<>TRUE", [False, None]), ("no|yes", [True, False])]
)
def test_yes_and_no(expression: str, expected: list[object]) -> None:
    assert kept(expression, [True, False, None], BOOLEAN) == expected


def test_choices_are_picked_whatever_their_case() -> None:
    target = Target(Attribute(("type",), STRING), options=("company", "person"))
    assert holds(read("PERSON", target), Person({"type": "person"}), 0)
    assert not holds(read("Company|company", target), Person({"type": "person"}), 0)


def d(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


OF_DATES: list[tuple[str, list[date]]] = [
    ("2026-03-15..", [d("03-15"), d("03-26"), d("03-31"), d("04-10")]),
    ("TODAY", [d("03-11")]),
    ("%t", [d("03-11")]),
    ("tom|y", [d("03-10"), d("03-12")]),
    ("workdate", [d("01-28")]),
    ("w+15D", [d("02-12")]),
    ("now", [d("03-11")]),
    ("WEEK", [d("03-10"), d("03-11"), d("03-12"), d("03-15")]),
    ("month", [d("03-01"), d("03-10"), d("03-11"), d("03-12"), d("03-15"), d("03-26"), d("03-31")]),
    ("month-1M", [d("02-12"), d("02-25"), d("02-28")]),
    ("week-7D", []),
    (
        "..week",
        [
            d("01-01"),
            d("01-15"),
            d("01-28"),
            d("02-12"),
            d("02-25"),
            d("02-28"),
            d("03-01"),
            d("03-10"),
            d("03-11"),
            d("03-12"),
            d("03-15"),
        ],
    ),
    ("month..", [d("03-01"), d("03-10"), d("03-11"), d("03-12"), d("03-15"), d("03-26"), d("03-31"), d("04-10")]),
    (">month", [d("04-10")]),
    ("<quarter", []),
    ("+15D|TODAY-15D", [d("03-26")]),
    ("CQ-34D", [d("02-25")]),
    ("-CM", [d("03-01")]),
    ("CM", [d("03-31")]),
    ("CM+10D", [d("04-10")]),
    ("-CM..today", [d("03-01"), d("03-10"), d("03-11")]),
    ("WD4", [d("03-12")]),
    ("D10", [d("04-10")]),
    ("-D10", [d("03-10")]),
    ("15", [d("01-15")]),
    ("1203", [d("03-12")]),
    ("120326", [d("03-12")]),
    ("12/3/26", [d("03-12")]),
    ("12.3.2026|12-02-2026", [d("02-12"), d("03-12")]),
    ("2026-3-12", [d("03-12")]),
    ("wednesday", [d("01-28")]),
    ("wed", [d("01-28")]),
    ("we", [d("03-10"), d("03-11"), d("03-12"), d("03-15")]),
    ("friday", []),
    ("thursday 3", [d("01-15")]),
    ("p1", [d("01-01"), d("01-15"), d("01-28")]),
    ("p", [d("01-01"), d("01-15"), d("01-28")]),
    ("period2|p4", [d("02-12"), d("02-25"), d("02-28"), d("04-10")]),
    ("<>today&>=10.3.&<=12.3.", [d("03-10"), d("03-12")]),
]
DATES = [
    d(text)
    for text in (
        "01-01",
        "01-15",
        "01-28",
        "02-12",
        "02-25",
        "02-28",
        "03-01",
        "03-10",
        "03-11",
        "03-12",
        "03-15",
        "03-26",
        "03-31",
        "04-10",
    )
]


@pytest.mark.parametrize(("expression", "expected"), OF_DATES, ids=[text for text, _ in OF_DATES])
def test_dates(expression: str, expected: list[date]) -> None:
    assert kept(expression, list(DATES), DATE_ONLY) == expected


def test_both_ends_of_a_period_are_moved_each_for_itself() -> None:
    context = Context(today=date(2026, 2, 10))
    days = [date(2025, 12, 31), d("01-01"), d("01-28"), d("01-29")]
    assert kept("month-1M", list(days), DATE_ONLY, context=context) == [d("01-01"), d("01-28")]


def test_periods_beyond_the_twelfth_go_on_into_the_next_year() -> None:
    context = Context(today=date(2026, 3, 11), fiscal_month=7)
    days = [date(2025, 7, 1), date(2026, 6, 30), date(2026, 7, 1), date(2026, 3, 1)]
    assert kept("p1", list(days), DATE_ONLY, context=context) == [date(2025, 7, 1)]
    assert kept("p13", list(days), DATE_ONLY, context=context) == [date(2026, 7, 1)]
    assert kept("p", list(days), DATE_ONLY, context=context) == [date(2026, 3, 1)]


def test_words_follow_the_language_and_english_always_works() -> None:
    context = Context(today=date(2026, 3, 11), language="fr")
    assert kept("hier|tomorrow|lundi", list(DATES), DATE_ONLY, context=context) == [d("03-10"), d("03-12")]
    assert kept("aujourd'hui", list(DATES), DATE_ONLY, context=context) == [d("03-11")]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("today", [0, 9, 23]),
        ("<today", [-1]),
        (">today", [24]),
        ("..today", [-1, 0, 9, 23]),
        ("now", []),
        ("<now", [-1, 0, 9]),
        ("2026-03-11T09:00Z", [9]),
    ],
)
def test_a_day_of_a_time_is_all_of_it(expression: str, expected: list[int]) -> None:
    moments = {hour: datetime(2026, 3, 11 + hour // 24, hour % 24, tzinfo=UTC) for hour in (-1, 0, 9, 23, 24)}
    found = kept(expression, list(moments.values()), DATE_TIME)
    assert [hour for hour, moment in moments.items() if moment in found] == expected


def test_more_than_two_hundred_operators_are_no_problem() -> None:
    expression = "|".join(f"{number}..{number + 1}" for number in range(0, 2_000, 4))
    assert kept(expression, [0, 1, 2, 1_996, 1_998], INTEGER) == [0, 1, 1_996]
