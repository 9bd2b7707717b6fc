"""``check``, ``format``, ``convert``, ``eval``, ``explain --rule`` and ``functions``, as people call them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from parcours.service.cli.output import counted
from tests.service.cli.program import Ran, parcours

CONTEXT = {
    "profile": {"age": 30, "city": "Lyon"},
    "events": [{"eventType": "purchase", "timestamp": "2024-01-09T00:00:00Z", "total": 7}],
    "now": "2024-01-10T00:00:00Z",
}


@pytest.fixture
def context(tmp_path: Path) -> Path:
    path = tmp_path / "person.json"
    path.write_text(json.dumps(CONTEXT))
    return path


@pytest.mark.parametrize(
    ("arguments", "out"),
    [
        (("1 + 2.5",), "3.5  (decimal)\n"),
        (("xEvent.total.sum() + age",), "37  (integer)\n"),
        (("{event: purchase, in_last: 3 days}",), "true  (boolean)\n"),
        (("{city: 'L*'}", "-l", "filter"), "true  (boolean)\n"),
        (('toDuration("PT3H")', "-l", "journey", "--context", "empty.json"), '"PT3H"  (duration)\n'),
    ],
)
def test_eval_shows_value_and_type(context: Path, arguments: tuple[str, ...], out: str) -> None:
    (context.parent / "empty.json").write_text("{}")
    given = arguments if "--context" in arguments else (*arguments, "--context", context)
    ran = parcours("eval", *given, cwd=context.parent)
    assert (ran.out, ran.err, ran.code) == (out, "", 0)


@pytest.mark.parametrize(
    ("arguments", "code", "err"),
    [
        (("9223372036854775807 + 1", "-l", "journey"), 1, "outside of the range"),
        (("@{Order.total", "-l", "journey"), 2, "^"),
        (("1 +",), 2, "^"),
        (("1 = 1", "-l", "sql"), 2, "no language 'sql'"),
        (("1 = 1", "-l", "pql", "--context", "nothing.json"), 2, "nothing.json"),
        (("{a: [}", "-l", "tree"), 2, "expression:1:"),
    ],
)
def test_eval_says_what_is_wrong(tmp_path: Path, arguments: tuple[str, ...], code: int, err: str) -> None:
    ran = parcours("eval", *arguments, cwd=tmp_path)
    assert ran.code == code
    assert err in ran.err
    assert ran.out == ""
    assert "Traceback" not in ran.err


def test_check_points_at_every_problem(folder: Path) -> None:
    ran = parcours("-w", folder, "check", 'agee >= 18 and inSegment("bog")')
    assert ran.code == 2
    assert ran.err == (
        "error: rule: the query has 2 problems\n"
        "  - rule:1:1: there is no property agee\n"
        '        1 | agee >= 18 and inSegment("bog")\n'
        "            ^^^^\n"
        "      hint: did you mean 'age'?\n"
        "  - rule:1:26: there is no segment 'bog'\n"
        '        1 | agee >= 18 and inSegment("bog")\n'
        "                                     ^^^^^\n"
        "      hint: did you mean 'big'?\n"
    )
    shape = json.loads(parcours("-w", folder, "--json", "check", "agee >= 18").err)
    (problem,) = shape["error"]["problems"]
    assert problem["span"] == [0, 4]
    assert problem["code"].startswith("type.")


def test_check_asks_for_the_language_where_it_could_be_either(folder: Path) -> None:
    ran = parcours("-w", folder, "check", 'inSegment("big")')
    assert ran.code == 2
    assert "--language" in ran.err
    assert parcours("-w", folder, "check", 'inSegment("big")', "-l", "pql").out.startswith("is in segment")


def test_check_says_a_rule_in_words(folder: Path) -> None:
    ran = parcours("-w", folder, "check", "age >= 18")
    assert ran.code == 0
    assert ran.out.startswith("age is at least 18\nevaluation: incremental")
    french = parcours("-w", folder, "check", "age >= 18", "--lang", "fr")
    assert "évaluation: incrémentale" in french.out


def test_check_of_files_shows_line_and_caret(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("segment: a\nrule:\n  pql: |\n    age > 3\n    and agee < 9\n")
    ran = parcours("-w", folder, "check", path)
    assert ran.code == 2
    assert f"{path}:5:9 (rule.pql): there is no property agee" in ran.err
    assert "    2 | and agee < 9\n" in ran.err
    (tmp_path / "one.pql").write_text("age > 3\n")
    assert parcours("-w", folder, "check", tmp_path / "one.pql").out.startswith("age is more than 3\n")


def test_convert(folder: Path) -> None:
    def converted(*arguments: str) -> Ran:
        return parcours("-w", folder, "convert", *arguments)

    text = 'age >= 18 and inSegment("big")'
    assert converted(text, "--to", "journey").out == '#{Parcours.Profile.age} >= 18 and inSegment("big")\n'
    assert converted("{attribute: age, at_least: 18}", "--to", "pql").out == "age >= 18\n"
    assert converted("age >= 18", "--to", "filter").out == "age: '>=18'\n"
    refused = converted(text, "--to", "filter")
    assert refused.code == 2
    assert "no form" in refused.err
    assert converted(text, "--to", "sql").code == 2


def test_format(tmp_path: Path) -> None:
    assert parcours("format", "age>=18", cwd=tmp_path).out == "age >= 18\n"
    path = tmp_path / "a.yaml"
    path.write_text("segment: a\nrule: {pql: age>3}  # why\n")
    assert parcours("format", path, "--check").code == 1
    assert parcours("format", tmp_path).out == f"formatted {path}\n"
    assert path.read_text() == "segment: a\nrule: {pql: age > 3}  # why\n"
    again = parcours("format", tmp_path, "--check")
    assert (again.code, again.out) == (0, "everything is in its usual layout\n")


def test_explain_of_a_rule(folder: Path) -> None:
    ran = parcours("-w", folder, "explain", "p1", "--rule", 'xEvent[eventType = "purchase"].count() >= 3')
    assert ran.code == 0
    assert ran.out.startswith("the rule holds for p1 at ")
    assert "count of purchase = " in ran.out
    assert parcours("-w", folder, "explain", "p1").code == 2
    assert parcours("-w", folder, "explain", "big", "p1", "--rule", "age > 3").code == 2


def test_functions() -> None:
    listed = parcours("functions", "-l", "pql")
    assert listed.out.startswith("pql:\n")
    assert "startsWith" in listed.out
    one = json.loads(parcours("--json", "functions", "startsWith").out)
    assert any("pql" in function["written"] for function in one)
    assert parcours("functions", "strtsWith").err.count("startsWith") == 1


def test_one_member_is_one() -> None:
    assert [counted(number, "member") for number in (0, 1, 1_200)] == ["0 members", "1 member", "1,200 members"]
