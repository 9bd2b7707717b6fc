"""Which days a filter expression on a date keeps: tokens, formulas and dates (contact-segments.md, 13.2 and 13.3)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from parcours.core.errors import DefinitionError
from parcours.core.schema import DATE_ONLY, STRING
from tests.language.filters.test_matching import kept

#: Today is Wednesday 2026-03-11, the work date 2026-01-28.
DAYS = [
    *(date(2025, 9, 1) + timedelta(days) for days in range(1_000)),
    date(1950, 2, 1),
    date(1999, 1, 1),
    date(2049, 2, 1),
]

KEPT = """
CM   2026-03-31
CW   2026-03-15
CQ   2026-03-31
CY   2026-12-31
CD   2026-03-11
-CW   2026-03-09
-CQ   2026-01-01
-CY   2026-01-01
CM+1D   2026-04-01
CM-1M   2026-02-28
CM+1M   2026-04-30
-CM-1D   2026-02-28
1M   2026-04-11
-4M   2025-11-11
+1Q   2026-06-11
2W   2026-03-25
10D   2026-03-21
-10D   2026-03-01
CY+1D   2027-01-01
CQ+1M-CM   2026-04-01
CW-1W   2026-03-08
D31   2026-03-31
WD1   2026-03-16
-WD5   2026-03-06
1Y-1D   2027-03-10
1y   2027-03-11
cm   2026-03-31
week   2026-03-09..2026-03-15
quarter   2026-01-01..2026-03-31
month+1M   2026-04-01..2026-04-30
quarter-1Q   2025-10-01..2025-12-31
quarter+1Q   2026-04-01..2026-06-30
week-7D   2026-03-02..2026-03-08
week+1W   2026-03-16..2026-03-22
month-2M   2026-01-01..2026-01-31
month+1Y   2027-03-01..2027-03-31
month-1D   2026-02-28..2026-03-30
%month   2026-03-01..2026-03-31
%WEEK   2026-03-09..2026-03-15
today-1M   2026-02-11
today+1M-1D   2026-04-10
workdate+1Q-3D   2026-04-25
yesterday-1D   2026-03-09
tomorrow+1M   2026-04-12
%yesterday   2026-03-10
t   2026-03-11
to   2026-03-11
tod   2026-03-11
tom   2026-03-12
w   2026-01-28
wo   2026-01-28
we   2026-03-09..2026-03-15
n   2026-03-11
y   2026-03-10
m   2026-03-01..2026-03-31
mo   2026-03-01..2026-03-31
mon   2026-03-01..2026-03-31
mond   2026-01-26
q   2026-01-01..2026-03-31
t+1D   2026-03-12
p3   2026-03-01..2026-03-31
p12   2026-12-01..2026-12-31
p13   2027-01-01..2027-01-31
period   2026-01-01..2026-01-31
period2   2026-02-01..2026-02-28
p+1M   2026-02-01..2026-02-28
monday   2026-01-26
sunday   2026-02-01
Monday 1   2025-12-29
sunday 53   2027-01-03
friday 10   2026-03-06
week..month   2026-03-09..2026-03-31
month..today   2026-03-01..2026-03-11
yesterday..tomorrow   2026-03-10..2026-03-12
p1..p2   2026-01-01..2026-02-28
-CM..CM   2026-03-01..2026-03-31
-1W..today   2026-03-04..2026-03-11
week-1W..week   2026-03-02..2026-03-15
01   2026-01-01
31   2026-01-31
0102   2026-02-01
010226   2026-02-01
010249   2049-02-01
010250   1950-02-01
010199   1999-01-01
01022027   2027-02-01
1/2   2026-02-01
1-2-27   2027-02-01
1.2.2027   2027-02-01
2026-02-01   2026-02-01
2026-02-01..2026-02-03   2026-02-01..2026-02-03
2026-02-01..today   2026-02-01..2026-03-11
tod..tom   2026-03-11..2026-03-12
0102..0302   2026-02-01..2026-02-03
"""


@pytest.mark.parametrize("row", KEPT.strip().splitlines())
def test_days(row: str) -> None:
    expression, wanted = row.rsplit("   ", 1)
    first, _, last = wanted.partition("..")
    start, end = date.fromisoformat(first), date.fromisoformat(last or first)
    assert kept(expression, list(DAYS), DATE_ONLY) == [day for day in DAYS if start <= day <= end]


@pytest.mark.parametrize(
    "expression",
    [
        "300226",
        "31 4",
        "0000",
        "today+",
        "today++1D",
        "month-",
        "CX",
        "1Z",
        "C",
        "-",
        "2026-13-01",
        "monday 54",
        "monday 0",
        "today 1",
        "today-1",
        "week*",
        "@today",
        "%nothing",
        "12345",
        "1234567",
        "D32",
        "WD8",
    ],
)
def test_what_is_no_day_is_refused(expression: str) -> None:
    with pytest.raises(DefinitionError):
        kept(expression, [], DATE_ONLY)


TEXTS = ["", "A", "a", "AB", "aB", "Abc", "abc", "a*c", "a&b", "a|b", "(a)", "a=b", "10", "100", "9", "ä", "Ä", "a.c"]


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("?", ["A", "a", "9", "ä", "Ä"]),
        ("??", ["AB", "aB", "10"]),
        ("@a?", ["AB", "aB"]),
        ("@ä", ["ä", "Ä"]),
        ("'a&b'", ["a&b"]),
        ("'(a)'|'a=b'", ["(a)", "a=b"]),
        ("'a?c'", ["abc", "a*c", "a.c"]),
        ("'a.*'", ["a.c"]),
        ("A..B", ["A", "AB", "Abc"]),
        ("10..9", ["10", "100", "9"]),
        ("(a|A)&<>A", ["a"]),
        ("a|A&<>A", ["a"]),
        ("@'abc'", ["Abc", "abc"]),
        ("<>@a*&<>''&<>?", ["(a)", "10", "100"]),
    ],
)
def test_texts(expression: str, wanted: list[str]) -> None:
    assert kept(expression, list(TEXTS), STRING) == wanted
