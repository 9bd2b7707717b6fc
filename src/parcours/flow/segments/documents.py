"""Definition files: YAML or JSON documents as plain data, with the line and column of every part.

YAML is read as version 1.2 of its specification says, in the parts that people write: only ``true`` and
``false`` are booleans (``on``, ``yes`` and ``no`` stay texts), dates stay texts, a number with leading zeros stays a
text, and a key that stands twice is an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from parcours.core.errors import DefinitionError, InputError, ParcoursError
from parcours.flow.segments.scalars import Scalar

#: Line and column (both from 1) of each part, by its path: ``rule.all[1].event``.
Positions: TypeAlias = Mapping[str, tuple[int, int]]

SUFFIXES = (".yaml", ".yml", ".json")
#: A folder of this name holds tests of the definitions around it.
TESTS = "tests"
_MOST_NODES = 200_000
_FAST_DEPTH = 100
#: Where the two readers take different things for a space or for the end of a line.
_UNUSUAL = re.compile("[\t\r\x85\u2028\u2029\ufeff]")
_TAG = "tag:yaml.org,2002:"
#: Line and column inside a text, as readers of texts put them behind the path.
_IN_TEXT = re.compile(r":\d+:\d+$")


class Document(dict[str, object]):
    """One definition as plain data; knows its file and where in it each part was written."""

    def __init__(
        self,
        content: Mapping[str, object],
        source: str,
        positions: Positions | None = None,
        scalars: Mapping[str, Scalar] | None = None,
    ) -> None:
        super().__init__(content)
        self.source = source
        self.positions = positions or {}
        self.scalars = scalars or {}

    def placed(self, problem: ParcoursError) -> ParcoursError:
        """The problem with file, line and column in front of its path; inside a text those of the character."""
        if problem.where is None:
            return problem
        path = _IN_TEXT.sub("", problem.where) if problem.span is not None else problem.where
        if problem.span is not None and problem.source is not None and path in self.scalars:
            line, column = self.scalars[path].place(problem.source, problem.span.start)
            problem.where = f"{self.source}:{line}:{column} ({path})"
        else:
            problem.where = self.place(path)
        return problem

    def place(self, path: str = "") -> str:
        """``file:line:column (path)`` of a part; of the nearest part around it when it was not written itself."""
        known = path
        while known and known not in self.positions:
            known = re.sub(r"(\.[^.\[\]]*|\[\d+\]|[^.\[\]]*)$", "", known)
        line, column = self.positions.get(known, (0, 0))
        start = f"{self.source}:{line}:{column}" if line else self.source
        return f"{start} ({path})" if path else start


class _Loader(yaml.SafeLoader):
    """Safe, and with the scalars of YAML 1.2's core schema only."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - as in the base class


class _FastLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # there, but for odd builds
    """Reads the same nodes twenty times as fast, but its errors say less, and it does not bear deep nesting."""

    yaml_implicit_resolvers = _Loader.yaml_implicit_resolvers


for _name, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("float", r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", "-+."),
):
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(f"^(?:{_pattern})$"), list(_first))


class Located(str):
    """The path of a file or folder of definitions as it was named, with what lies there: it can be read elsewhere.

    Attributes:
        files: the bytes of every file by its path, or why it cannot be read; ``None`` where there is nothing.
    """

    files: Mapping[str, bytes | str] | None

    def __new__(cls, path: str, files: Mapping[str, bytes | str] | None) -> Located:
        found = super().__new__(cls, path)
        found.files = files
        return found

    @classmethod
    def read(cls, path: Path | str) -> Located:
        """What lies at a path."""
        place = Path(path)
        return cls(str(path), {str(file): _bytes_of(file) for file in files_at(place)} if place.exists() else None)


def files_at(path: Path) -> list[Path]:
    """A file, or the files with definitions below a folder, by name; folders ``tests`` in it hold none."""
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.rglob("*") if _holds_definitions(file, path))


def _holds_definitions(file: Path, folder: Path) -> bool:
    inside = file.relative_to(folder).parts[:-1]
    return file.suffix.lower() in SUFFIXES and file.is_file() and file.name[0] != "." and TESTS not in inside


def _bytes_of(file: Path) -> bytes | str:
    try:
        return file.read_bytes()
    except OSError as error:
        return error.strerror or str(error)


def read_documents(path: Path, content: bytes | str | None = None) -> list[Document]:
    """All documents of one file; of its ``content`` where that is known, or why it cannot be read.

    Raises:
        InputError: the file cannot be read (code ``unreadable-file``), or holds no text (``not-text``).
        DefinitionError: it is broken YAML or JSON (code ``broken-file``); ``where`` is file, line and column.
    """
    found = _bytes_of(path) if content is None else content
    if isinstance(found, str):
        raise InputError(f"the file cannot be read: {found}", code="unreadable-file", where=str(path))
    try:
        text = found.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"the file is not text in UTF-8 (byte {error.start + 1})",
            code="not-text",
            where=str(path),
            hint="save it as UTF-8",
        ) from None
    return list(_from_json(text, str(path)) if path.suffix.lower() == ".json" else _from_yaml(text, str(path)))


# --- YAML ----------------------------------------------------------------------------------------------


def _from_yaml(text: str, source: str) -> Iterator[Document]:
    try:
        for node in _nodes(text):
            if not (isinstance(node, yaml.ScalarNode) and node.tag == _TAG + "null"):
                yield _Builder(source, text).document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{source}:{mark.line + 1}:{mark.column + 1}" if mark else source
        raise _broken(where, error.problem or "it cannot be read", _yaml_hint(error)) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, int(error.position)) + 1
        code = error.character if isinstance(error.character, int) else ord(error.character)
        message = f"the character U+{code:04X} cannot stand in a file"
        raise _broken(f"{source}:{line}", message, None) from None
    except RecursionError:
        raise _broken(source, "it is nested too deep", None) from None


def _nodes(text: str) -> Iterator[yaml.Node]:
    """The documents of a text. What the fast reader does not take the other one reads, and says what is wrong."""
    try:
        if not _UNUSUAL.search(text) and _depth(text) <= _FAST_DEPTH:
            yield from list(yaml.compose_all(text, Loader=_FastLoader))
            return
    except yaml.YAMLError:
        pass
    yield from yaml.compose_all(text, Loader=_Loader)


def _depth(text: str) -> int:
    """How deep lists and mappings stand in each other; it is not looked further when that is too deep."""
    deepest = depth = 0
    for event in yaml.parse(text, Loader=_FastLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            deepest = max(deepest, depth)
            if deepest > _FAST_DEPTH:
                break
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return deepest


def _yaml_hint(error: yaml.MarkedYAMLError) -> str | None:
    problem, context = str(error.problem or ""), str(error.context or "")
    if "'\\t'" in problem:
        return "indent with spaces, not with tabs"
    if "mapping values are not allowed" in problem:
        return "a text that holds a colon goes in quotes; check the indentation of this line"
    if "flow mapping" in context or "flow sequence" in context:
        return "a { or [ that was opened before is not closed, or a comma is missing"
    if "could not find expected ':'" in problem or "block mapping" in context:
        return "check the indentation of this line and of the one before"
    if "alias" in problem or "anchor" in problem:
        return "a text that starts with * or & goes in quotes"
    if "cannot start any token" in problem:
        return "a text that starts with @, ` or % goes in quotes"
    return None


def _broken(where: str, message: str, hint: str | None) -> DefinitionError:
    return DefinitionError(message, code="broken-file", where=where, hint=hint)


class _Builder:
    """Plain data and positions from the nodes of one YAML document."""

    def __init__(self, source: str, text: str) -> None:
        self.source = source
        self.text = text
        self.positions: dict[str, tuple[int, int]] = {}
        self.scalars: dict[str, Scalar] = {}
        self.count = 0
        self.open: set[int] = set()

    def document(self, node: yaml.Node) -> Document:
        self._mark("", node)
        content = self._plain(node, "")
        if not isinstance(content, dict):
            raise _broken(
                self._at(node), "expected a definition, which is a mapping of keys", "for example: segment: silver"
            )
        return Document(content, self.source, self.positions, self.scalars)

    def _plain(self, node: yaml.Node, path: str) -> object:
        self.count += 1
        if id(node) in self.open:
            raise _broken(
                self._at(node), "a part that contains itself", "an alias (*name) stands inside its own anchor"
            )
        if self.count > _MOST_NODES:
            raise _broken(self._at(node), "the definition is too large", None)
        self.open.add(id(node))
        try:
            return self._by_kind(node, path)
        finally:
            self.open.discard(id(node))

    def _by_kind(self, node: yaml.Node, path: str) -> object:
        if isinstance(node, yaml.ScalarNode):
            found = self._scalar(node)
            if isinstance(found, str):
                self.scalars[path] = self._written(node)
            return found
        if isinstance(node, yaml.SequenceNode):
            items: list[object] = []
            for number, item in enumerate(node.value):
                self._mark(f"{path}[{number}]", item)
                items.append(self._plain(item, f"{path}[{number}]"))
            return items
        assert isinstance(node, yaml.MappingNode)
        return self._mapping(node, path)

    def _mapping(self, node: yaml.MappingNode, path: str) -> dict[str, object]:
        content: dict[str, object] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise _broken(
                    self._at(key_node), "a key must be a text", 'a text in braces goes in quotes: "{{ name }}"'
                )
            key = str(key_node.value)
            place = f"{path}.{key}" if path else key
            if key in content:
                first = self.positions[place][0]
                raise _broken(self._at(key_node), f"the key {key!r} stands twice, first in line {first}", None)
            self._mark(place, key_node)
            content[key] = self._plain(value_node, place)
        return content

    def _scalar(self, node: yaml.ScalarNode) -> object:
        text, kind = str(node.value), str(node.tag).removeprefix(_TAG)
        if kind == "null":
            return None
        if kind == "bool" and text.lower() in ("true", "false"):
            return text.lower() == "true"
        try:
            if kind == "int":
                return int(text)
            if kind == "float":
                return float(re.sub(r"^([-+]?)\.(inf|nan)$", r"\1\2", text, flags=re.IGNORECASE))
        except ValueError:
            raise _broken(self._at(node), f"{text!r} is not a number", None) from None
        if kind != "str":
            raise _broken(self._at(node), f"the tag {node.tag!r} is not known here", "leave it out, or quote the text")
        return text

    def _written(self, node: yaml.ScalarNode) -> Scalar:
        start, end = node.start_mark, node.end_mark
        return Scalar(self.text[start.index : end.index], start.line + 1, start.column + 1, node.style or "")

    def _mark(self, path: str, node: yaml.Node) -> None:
        self.positions[path] = (node.start_mark.line + 1, node.start_mark.column + 1)

    def _at(self, node: yaml.Node) -> str:
        return f"{self.source}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"


# --- JSON ----------------------------------------------------------------------------------------------


def _from_json(text: str, source: str) -> Iterator[Document]:
    try:
        content = json.loads(text, object_pairs_hook=lambda pairs: _without_repeats(pairs, source))
    except json.JSONDecodeError as error:
        raise _broken(f"{source}:{error.lineno}:{error.colno}", error.msg, None) from None
    except RecursionError:
        raise _broken(source, "it is nested too deep", None) from None
    for document in content if isinstance(content, list) else [content]:
        if not isinstance(document, dict):
            raise _broken(source, "expected a definition, which is an object", 'for example: {"segment": "silver", …}')
        yield Document(document, source)


def _without_repeats(pairs: list[tuple[str, Any]], source: str) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for key, value in pairs:
        if key in content:
            raise _broken(source, f"the key {key!r} stands twice in one object", None)
        content[key] = value
    return content
