"""Patterns mean what they mean in Java: each case is known from its documentation or behaviour."""

import json
from pathlib import Path

import polars as pl
import pytest

from parcours.core.errors import EvaluationError
from parcours.language.patterns.engine import compiled


def found(pattern: str, text: str) -> bool:
    values, failed = compiled(pattern).found(pl.Series([text]))
    assert failed is None or not failed.item()
    return values.item()


def whole(pattern: str, text: str) -> bool:
    values, failed = compiled(pattern).whole(pl.Series([text]))
    assert failed is None or not failed.item()
    return values.item()


def first(pattern: str, text: str, group: int = 0) -> str | None:
    return compiled(pattern).group(pl.Series([text]), group)[0].item()


def every(pattern: str, text: str, new: str = "-") -> str:
    return compiled(pattern).replaced(pl.Series([text]), new, every=True)[0].item()


def split(pattern: str, text: str) -> list[str]:
    return compiled(pattern).split(pl.Series([text]))[0].to_list()[0]


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        # ASCII by default
        (r"\d", "5", "٥"),
        (r"\w", "_", "é"),
        (r"\W", "é", "a"),
        (r"\s", "\x0b", "\xa0"),
        (r"\h", "\xa0", "\n"),
        (r"\v", "\x85", " "),
        (r"\H\V", "ab", " \n"),
        (r"(?U)\w\d", "é٥", "-5"),
        # characters
        (r"\x41\u0042\0103\t\cA\e", "ABC\t\x01\x1b", "x"),
        (r"\x{1F600}", "😀", "😁"),
        (r"\uD83D\uDE00", "😀", "😁"),
        (r"\N{LATIN SMALL LETTER A}", "a", "b"),
        (r"\Qa.b\E+", "a.bb", "axb"),
        (r"\Q[x]", "[x]", "x"),
        (r"a\.b", "a.b", "axb"),
        (r"]}", "]}", "]"),
        (r"\-\#\ ", "-# ", "-#"),
        # classes
        (r"[a-c]", "b", "d"),
        (r"[^a-c]", "d", "b"),
        (r"[a-d[m-p]]", "n", "e"),
        (r"[a-z&&[def]]", "e", "a"),
        (r"[a-z&&[^bc]]", "a", "b"),
        (r"[a-z&&[^m-p]&&[^x]]", "a", "x"),
        (r"[]a]", "]", "b"),
        (r"[^]a]", "b", "]"),
        (r"[a-]", "-", "b"),
        (r"[-a]", "-", "b"),
        (r"[a\-z]", "-", "b"),
        (r"[a-[z]]", "-", "b"),
        (r"[&a]", "&", "b"),
        (r"[\d.]", "5", "a"),
        (r"[^\W_]", "a", "_"),
        (r"[\Q^]\E]", "]", "x"),
        (r"[\x41-\x43]", "B", "D"),
        (r"[^a-d[m-p]]", "e", "n"),
        # properties
        (r"\p{Lower}", "a", "A"),
        (r"\p{Alpha}", "a", "é"),
        (r"(?U)\p{Alpha}", "é", "1"),
        (r"\p{Punct}", "!", "a"),
        (r"\p{Punct}", "$", "€"),
        (r"\p{L}", "é", "1"),
        (r"\pL", "é", "1"),
        (r"\P{L}", "1", "é"),
        (r"\p{IsAlphabetic}", "é", "1"),
        (r"\p{IsGreek}", "α", "a"),
        (r"\p{script=Greek}", "α", "a"),
        (r"\p{InGreek}", "α", "a"),
        (r"\p{Lu}", "É", "é"),
        (r"(?i)\p{Lu}", "é", "1"),
        (r"\p{javaLowerCase}", "é", "É"),
        (r"\p{IsHan}", "漢", "a"),
        (r"[\p{L}&&[^\p{Lu}]]", "é", "É"),
        # flags
        (r"(?i)straSSE", "STRAsse", "straße"),
        (r"(?i)é", "é", "É"),
        (r"(?iu)é", "É", "e"),
        (r"(?i)[a-c]", "B", "D"),
        (r"(?i:a)b", "Ab", "AB"),
        (r"a(?i)b", "aB", "AB"),
        (r"(?i)a(?-i)b", "Ab", "AB"),
        (r"(a(?i)b)c", "aBc", "aBC"),
        ("(?x) a b # comment\n c", "abc", "a b c"),
        ("(?x)a\\ b", "a b", "ab"),
        ("(?s).", "\n", ""),
        ("(?d).", "\r", "\n"),
        # structure
        (r"a|b|", "", "c"),
        (r"(a|ab)(c|bcd)", "abcd", "abd"),
        (r"x{2}", "xx", "x"),
        (r"x{2,}", "xxx", "x"),
        (r"x{0,2}y", "xxy", "xxxy"),
        (r"(?<first>a)\k<first>", "aa", "ab"),
        (r"(\w)\1", "aa", "ab"),
        (r"(?i)(a)\1", "aA", "ab"),
        (r"(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\10", "abcdefghijj", "abcdefghija"),
        (r"(a)\10", "aa0", "aaj"),
        (r"a(?=b).", "ab", "ac"),
        (r"a(?!b).", "ac", "ab"),
        (r".(?<=a)b", "ab", "cb"),
        (r".(?<!a)b", "cb", "ab"),
        (r".*(?<=a|bc)d", "bcd", "cd"),
        (r"(?>a*)b", "aab", "aac"),
        (r"a*+b", "aab", "aac"),
        (r"\R", "\r\n", "a"),
        (r"\R\n", "\r\n", "\r"),
        (r"\Aa\z", "a", "a\n"),
    ],
)
def test_whole(pattern, yes, no):
    assert whole(pattern, yes)
    assert not whole(pattern, no)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("a$", "a\n"),
        ("a$", "a\r\n"),
        ("a$", "ba"),
        ("a\\Z", "a\u2028"),
        ("^", ""),
        ("$", ""),
        ("\\n$", "a\n"),
        ("(?m)^b$", "a\nb\nc"),
        ("(?m)^b$", "a\r\nb\r\nc"),
        ("(?m)a$", "a\u0085b"),
        ("(?md)^b$", "a\nb\nc"),
        ("\\bcat\\b", "a cat."),
        ("\\bcat\\b", "écaté"),
        ("\\Ba", "ba"),
        ("a??b", "ab"),
    ],
)
def test_found(pattern, text):
    assert found(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("a$", "a\nb"),
        ("a$", "a\n\n"),
        ("a\\z", "a\n"),
        ("\\r$", "\r\n"),
        ("a\\s$", "a\r\n"),
        ("(?d)a$", "a\r"),
        ("(?m)^", ""),
        ("(?m)b^", "b\n"),
        ("(?md)^b", "a\rb"),
        (".", "\n\r\u0085\u2028\u2029"),
        ("^b", "a\nb"),
        ("\\bcat\\b", "cats"),
        ("(?U)\\bcat\\b", "écaté"),
        ("(?>a|ab)c", "abc"),
        ("x*+x", "xxx"),
        ("\\1(a)", "aa"),
        ("(a)\\2", "aa"),
    ],
)
def test_not_found(pattern, text):
    assert not found(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text", "group", "expected"),
    [
        ("a|ab", "ab", 0, "a"),
        ("a+?", "aaa", 0, "a"),
        ("a+", "aaa", 0, "aaa"),
        ("(a)|(b)", "b", 1, None),
        ("(a)|(b)", "b", 2, "b"),
        ("(a(b)?)+", "aba", 2, "b"),
        ("<(.+?)>", "<a><b>", 1, "a"),
        ("<(.+)>", "<a><b>", 1, "a><b"),
        ("(?=(a+))a", "baaa", 1, "aaa"),
        ("(\\w+)@(\\w+)", "x jane@site.com", 2, "site"),
        ("a", "b", 0, None),
        ("a", "a", 1, None),
        ("a", "a", -1, None),
        ("(a*)*", "aab", 1, "aa"),
        ("(a)$", "a\n", 1, "a"),
        ("$", "a\n", 0, ""),
        ("(?<=\\$)\\d+", "cost $42", 0, "42"),
        ("(?<=a+)b", "baab", 0, "b"),
    ],
)
def test_first_match(pattern, text, group, expected):
    assert first(pattern, text, group) == expected


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("a*", "aaa", "--"),
        ("a*", "baac", "-b--c-"),
        ("", "ab", "-a-b-"),
        ("\\b", "ab cd", "-ab- -cd-"),
        ("(?m)^", "a\nb", "-a\n-b"),
        ("(?=b)", "abab", "a-ba-b"),
        ("aa", "aaa", "-a"),
        ("\\Ga", "aaba", "--ba"),
        ("$", "a\n", "a-\n-"),
        ("x", "abc", "abc"),
    ],
)
def test_every_match_replaced(pattern, text, expected):
    assert every(pattern, text) == expected


def test_the_replacement_is_literal():
    assert every("a", "ba", "$0\\1${x}$$") == "b$0\\1${x}$$"
    assert every("(?=a)a", "ba", "$0\\1${x}$$") == "b$0\\1${x}$$"
    assert compiled("a").replaced(pl.Series(["aa", None]), "$1", every=False)[0].to_list() == ["$1a", None]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (",", "a,b,,", ["a", "b"]),
        (",", ",a", ["", "a"]),
        (",", ",,,", []),
        (",", "", [""]),
        (",", "a", ["a"]),
        ("", "abc", ["a", "b", "c"]),
        ("", "", [""]),
        ("(?=b)", "abab", ["a", "ba", "b"]),
        ("(?<=,)", "a,b,c", ["a,", "b,", "c"]),
        ("x*", "axxb", ["a", "", "b"]),
        ("\\s*,\\s*", "a , b,c", ["a", "b", "c"]),
        ("o", "boo:and:foo", ["b", "", ":and:f"]),
        (":", "boo:and:foo", ["boo", "and", "foo"]),
    ],
)
def test_split(pattern, text, expected):
    assert split(pattern, text) == expected


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("*adobe", "nothing for *"),
        ("a**", "nothing for *"),
        ("+", "nothing for +"),
        ("(", "not closed"),
        (")", "no opening"),
        ("a)", "no opening"),
        ("[", "not closed"),
        ("[]", "not closed"),
        ("[a", "not closed"),
        ("[z-a]", "empty"),
        ("[a-\\d]", "does not end in a class"),
        ("[&&]", "between two"),
        ("a{", "{ does not begin"),
        ("{x", "{ does not begin"),
        ("a{2", "not closed"),
        ("a{3,2}", "impossible"),
        ("a{1001}", "more than 1000"),
        ("a{9999999999}", "more than 1000"),
        ("a{99999999999999999999}", "not closed"),
        ("(((a{100}){100}){100})", "too large"),
        ("\\", "ends within"),
        ("\\y", "not known"),
        ("\\p{Foo}", "not a known property"),
        ("\\p{IsFoo}", "not a known property"),
        ("\\p{L", "ends within"),
        ("\\x4", "hexadecimal"),
        ("\\x{110000}", "not a character"),
        ("\\u12", "hexadecimal"),
        ("\\0", "octal"),
        ("\\k<a>", "no group a"),
        ("(?<1a>x)", "no name"),
        ("(?<a>x)(?<a>y)", "two groups"),
        ("(?q)", "not known"),
        ("\\X", "not known"),
        ("\\b{g}", "not supported"),
        ("a" * 1001, "longer than"),
        ("(" * 51 + ")" * 51, "nested deeper"),
    ],
)
def test_malformed(pattern, words):
    with pytest.raises(EvaluationError) as caught:
        compiled(pattern)
    assert caught.value.code == "bad-pattern"
    assert words in caught.value.message
    assert caught.value.hint
    assert len(caught.value.message) < 250


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|aa)+b", "(?:a?){40}a{40}b", "(a*)*b", "(?=(a+)+b)a", "((a+)+)+$x"])
def test_patterns_that_hang_elsewhere_are_answered(pattern):
    assert not found(pattern, "a" * 60)


def test_references_back_are_given_up_on_rather_than_hang():
    values, failed = compiled(r"(a+)+(a+)+\1b").found(pl.Series(["a" * 60 + "cb", "aaab", "b", None]))
    assert failed.to_list() == [True, False, False, False]
    assert values.to_list() == [None, True, False, None]


# --- what Java itself answered -------------------------------------------------------------------------

#: Patterns and texts made up at random, and what Java 17 said: ``matches()``, the groups of the first ``find()``,
#: ``replaceAll`` and ``replaceFirst`` with a literal ``$-``, and ``split``; or that the pattern is malformed.
ANSWERS = [json.loads(line) for line in (Path(__file__).parent / "java.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("answer", [a for a in ANSWERS if "error" not in a], ids=lambda a: a["pattern"])
def test_java_answered(answer):
    pattern, text = answer["pattern"], answer["text"]
    assert whole(pattern, text) is answer["whole"]
    assert found(pattern, text) is (answer["groups"] is not None)
    for number, expected in enumerate(answer["groups"] or ()):
        assert first(pattern, text, number) == expected
    assert every(pattern, text, "$-") == answer["all"]
    assert compiled(pattern).replaced(pl.Series([text]), "$-", every=False)[0].item() == answer["first"]
    assert split(pattern, text) == answer["split"]


@pytest.mark.parametrize("answer", [a for a in ANSWERS if "error" in a], ids=lambda a: a["pattern"])
def test_java_refused(answer):
    with pytest.raises(EvaluationError):
        compiled(answer["pattern"])
