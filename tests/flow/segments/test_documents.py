"""Definition files as plain data: what YAML means here, and where each problem is."""

# ruff: noqa: E501 - files and errors stand in one line each

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.errors import DefinitionError, InputError
from parcours.flow.segments import documents
from parcours.flow.segments.documents import Document, read_documents


def read(folder: Path, text: str | bytes, name: str = "d.yaml") -> list[Document]:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_documents(path)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("Yes", "Yes"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("007", "007"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("1:30", "1:30"),
        ("2.50", 2.5),
        ("1e3", 1000.0),
        (".inf", float("inf")),
        ("2017-01-01", "2017-01-01"),
        ("2017-01-01 10:00:00", "2017-01-01 10:00:00"),
        ("45-54", "45-54"),
        ('"12"', "12"),
        ("'true'", "true"),
        ("!!str 12", "12"),
        ("=", "="),
        ("<<", "<<"),
        ("[1, a, [b]]", [1, "a", ["b"]]),
        ("{on: 1, 2: no}", {"on": 1, "2": "no"}),
    ],
)
def test_scalars_are_what_people_mean(tmp_path: Path, text: str, value: object) -> None:
    (document,) = read(tmp_path, f"segment: {text}\n")
    assert document == {"segment": value}
    assert type(document["segment"]) is type(value)


def test_several_documents_and_empty_ones(tmp_path: Path) -> None:
    documents = read(tmp_path, "---\nsegment: a\n---\n---\nsegment: b\n...\n")
    assert [document["segment"] for document in documents] == ["a", "b"]


def test_anchors_are_followed(tmp_path: Path) -> None:
    (document,) = read(tmp_path, "segment: a\nrule:\n  all: [&x {segment: b}, *x]\n")
    assert document["rule"] == {"all": [{"segment": "b"}, {"segment": "b"}]}


def test_places(tmp_path: Path) -> None:
    (document,) = read(
        tmp_path, "# one\nsegment: a\nrule:\n  all:\n    - {event: purchase, in_last: 3 d}\n    - x: 1\n"
    )
    file = tmp_path / "d.yaml"
    assert document.place() == f"{file}:2:1"
    assert document.place("rule.all[0].in_last") == f"{file}:5:25 (rule.all[0].in_last)"
    assert document.place("rule.all[1]") == f"{file}:6:7 (rule.all[1])"
    assert document.place("rule.all[1].where.args[2]") == f"{file}:6:7 (rule.all[1].where.args[2])"
    assert document.place("name") == f"{file}:2:1 (name)"


BROKEN: list[tuple[str | bytes, str, str | None]] = [
    ("a: {b: 1\nc: 2\n", "2:2: expected ',' or '}', but got ':'", "a { or [ that was opened before is not closed, or a comma is missing"),
    ("a:\n\t- b\n", "2:1: found character '\\t' that cannot start any token", "indent with spaces, not with tabs"),
    ("a: b: c\n", "1:5: mapping values are not allowed here", "a text that holds a colon goes in quotes; check the indentation of this line"),
    ("a: 1\n  b: 2\n", "2:4: mapping values are not allowed here", "a text that holds a colon goes in quotes; check the indentation of this line"),
    ("a: 'x\n", "2:1: found unexpected end of stream", None),
    ("a: @x\n", "1:4: found character '@' that cannot start any token", "a text that starts with @, ` or % goes in quotes"),
    ("a: *x\n", "1:4: found undefined alias 'x'", "a text that starts with * or & goes in quotes"),
    ("a: 1\nb: 2\na: 3\n", "3:1: the key 'a' stands twice, first in line 1", None),
    ("a: {{ name }}\n", "1:5: a key must be a text", 'a text in braces goes in quotes: "{{ name }}"'),
    ("a: &x [*x]\n", "1:4: a part that contains itself", "an alias (*name) stands inside its own anchor"),
    ("a: !!binary aGk=\n", "1:4: the tag 'tag:yaml.org,2002:binary' is not known here", "leave it out, or quote the text"),
    ("a: !!int x\n", "1:4: 'x' is not a number", None),
    ("- a\n", "1:1: expected a definition, which is a mapping of keys", "for example: segment: silver"),
    ("a: 1\nb: \x07\n", "2: the character U+0007 cannot stand in a file", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problem", "hint"), BROKEN, ids=[repr(text) for text, _, _ in BROKEN])
def test_broken_yaml_names_line_and_column(tmp_path: Path, text: str, problem: str, hint: str | None) -> None:
    with pytest.raises(DefinitionError) as caught:
        read(tmp_path, text)
    error = caught.value
    assert error.code == "broken-file"
    assert (f"{error.where}: {error.message}", error.hint) == (f"{tmp_path / 'd.yaml'}:{problem}", hint)


def test_a_bomb_of_anchors_is_refused(tmp_path: Path) -> None:
    levels = "".join(f"l{n}: &l{n} [*l{n - 1}, *l{n - 1}, *l{n - 1}, *l{n - 1}]\n" for n in range(1, 20))
    with pytest.raises(DefinitionError, match="too large"):
        read(tmp_path, f"l0: &l0 x\n{levels}")


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="nested too deep"):
        read(tmp_path, "a: " + "[" * 5000)
    with pytest.raises(DefinitionError, match="nested too deep"):
        read(tmp_path, "[" * 100_000, "d.json")


def test_json(tmp_path: Path) -> None:
    assert read(tmp_path, '{"segment": "a"}', "d.json") == [{"segment": "a"}]
    assert read(tmp_path, '[{"segment": "a"}, {"segment": "b"}]', "d.json") == [{"segment": "a"}, {"segment": "b"}]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a": 1,\n "b" 2}', ":2:6: Expecting ':' delimiter"),
        ('{"a": 1, "a": 2}', ": the key 'a' stands twice in one object"),
        ('["a"]', ": expected a definition, which is an object"),
    ],
)
def test_broken_json(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        read(tmp_path, text, "d.json")
    assert f"{caught.value.where}: {caught.value.message}" == f"{tmp_path / 'd.json'}{problem}"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file") as missing:
        read_documents(tmp_path / "none.yaml")
    assert missing.value.code == "unreadable-file"
    with pytest.raises(InputError, match="not text in UTF-8") as latin:
        read(tmp_path, "name: é".encode("latin-1"))
    assert latin.value.code == "not-text"


def test_a_byte_order_mark_is_no_problem(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbfsegment: a\n") == [{"segment": "a"}]


WRITTEN = """
segment: silver  # a remark
name: 'It''s'
rule:
  all:
    - {attribute: age, is: -0.5}
    - any: [one, "two\\tthree", ~, true, 007]
  description: |
    a text
      of two lines
  note: >-
    folded
    lines — and more
  again: &one {x: 1e3}
  more: *one
---
journey: j
"""


def read_by(loader: type, text: str) -> list[tuple[object, ...]] | None:
    """Everything that is read, or ``None`` where it is refused."""
    try:
        nodes = list(yaml.compose_all(text, Loader=loader))
        found = [documents._Builder("f", text).document(node) for node in nodes]
    except (yaml.YAMLError, DefinitionError):
        return None
    return [(dict(one), one.positions, {path: vars_of(each) for path, each in one.scalars.items()}) for one in found]


def vars_of(scalar: object) -> list[object]:
    return [getattr(scalar, name) for name in ("raw", "line", "column", "style") if hasattr(scalar, name)]


@given(
    edits=st.lists(
        st.tuples(st.integers(0, len(WRITTEN)), st.sampled_from("-:#[]{},&*|>'\"%@ \n~=0aé😀"), st.booleans()),
        max_size=4,
    )
)
def test_the_fast_reader_reads_what_the_other_one_reads(edits: list[tuple[int, str, bool]]) -> None:
    text = WRITTEN
    for place, letter, instead in edits:
        text = text[:place] + letter + text[place + instead :]
    fast, slow = read_by(documents._FastLoader, text), read_by(documents._Loader, text)
    if fast is not None and slow is not None:
        assert fast == slow


def test_what_is_nested_deep_is_read_by_the_other_reader(tmp_path: Path) -> None:
    deep = "[" * 150 + "x" + "]" * 150
    (found,) = read(tmp_path, f"segment: {deep}")
    assert str(found["segment"]) == "[" * 150 + "'x'" + "]" * 150


def test_nothing_is_nested_too_deep_for_an_error(tmp_path: Path) -> None:
    for text in ("[" * 20_000, "- " * 20_000, "{a: " * 20_000):
        with pytest.raises(DefinitionError) as caught:
            read(tmp_path, text)
        assert caught.value.code == "broken-file"
