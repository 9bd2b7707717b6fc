"""The page about the API, made from the API's own description: every operation with what it takes and gives."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

#: How it looks; it stands in the page.
STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
code { font-size: .92em; }
nav { columns: 12rem; margin: 1.5rem 0; } nav a { display: block; }
details { border-top: 1px solid #8884; padding: .3rem 0; }
summary { cursor: pointer; } summary code { margin-right: .6rem; }
b.verb { display: inline-block; width: 4.5rem; font-size: .85em; }
table { border-collapse: collapse; margin: .6rem 0; }
td, th { border: 1px solid #8884; padding: .2rem .6rem; text-align: left; vertical-align: top; }
small { opacity: .75; } h2 { margin-top: 2rem; }
"""
_CODE = re.compile(r"`([^`]+)`")
Shape = Mapping[str, Any]


def contents(described: Shape) -> Iterator[str]:
    """What stands below the title."""
    return _Page(described).parts()


class _Page:
    def __init__(self, described: Shape) -> None:
        self._described = described

    def parts(self) -> Iterator[str]:
        groups: dict[str, list[tuple[str, str, Shape]]] = {}
        for path, verbs in self._described["paths"].items():
            for verb, operation in verbs.items():
                groups.setdefault((operation.get("tags") or ["service"])[0], []).append((verb, path, operation))
        yield _prose(str(self._described["info"].get("description", "")))
        yield "<nav>" + "".join(f'<a href="#{_text(name)}">{_text(name)}</a>' for name in groups) + "</nav>"
        for name, operations in groups.items():
            yield f'<h2 id="{_text(name)}">{_text(name.replace(".", " "))}</h2>'
            for verb, path, operation in operations:
                yield from self._operation(verb, path, operation)
        yield '<h2 id="schemas">What is sent and given</h2>'
        for name, schema in self._described["components"]["schemas"].items():
            yield from self._schema(name, schema)

    def _operation(self, verb: str, path: str, operation: Shape) -> Iterator[str]:
        scope = operation.get("x-scope")
        yield f'<details id="{_text(operation.get("operationId", ""))}"><summary><b class="verb">{verb.upper()}</b> '
        yield f"<code>{_text(path)}</code> {_line(operation.get('summary', ''))}</summary>"
        yield _prose(operation.get("description", ""))
        if scope:
            yield f"<p><small>scope <code>{_text(scope)}</code></small></p>"
        rows = [self._parameter(each) for each in operation.get("parameters", ())]
        for content in operation.get("requestBody", {}).get("content", {}).values():
            rows += self._fields(content.get("schema", {}), "body")
        if rows:
            yield _table(("", "in", "type", "holds"), rows)
        yield _table(("answer", "", "type"), [self._answer(*each) for each in operation["responses"].items()])
        yield "</details>"

    def _parameter(self, shape: Shape) -> tuple[str, ...]:
        shape = self._resolved(shape)
        name = _name(shape["name"], bool(shape.get("required")))
        return name, _text(shape["in"]), self._type(shape.get("schema", {})), _line(shape.get("description", ""))

    def _fields(self, schema: Shape, place: str) -> list[tuple[str, ...]]:
        schema = self._resolved(schema)
        for each in schema.get("anyOf", ()):
            if "$ref" in each:
                schema = self._resolved(each)
        needed = schema.get("required", ())
        return [
            (_name(name, name in needed), place, self._type(each), _line(each.get("description", "")))
            for name, each in schema.get("properties", {}).items()
        ]

    def _answer(self, status: str, answer: Shape) -> tuple[str, ...]:
        answer = self._resolved(answer)
        kinds = [self._type(each.get("schema", {})) for each in answer.get("content", {}).values()]
        return _text(status), _line(answer.get("description", "")), " or ".join(kinds)

    def _schema(self, name: str, schema: Shape) -> Iterator[str]:
        rows = [(field, kind, holds) for field, _, kind, holds in self._fields(schema, "")]
        if rows:
            yield f'<details id="schema-{_text(name)}"><summary><code>{_text(name)}</code></summary>'
            yield f"{_prose(schema.get('description', ''))}{_table(('', 'type', 'holds'), rows)}</details>"

    def _type(self, schema: Shape) -> str:
        if "$ref" in schema:
            name = _text(str(schema["$ref"]).rpartition("/")[2])
            return f'<a href="#schema-{name}">{name}</a>'
        for word in ("anyOf", "oneOf"):
            if word in schema:
                return " or ".join(dict.fromkeys(self._type(each) for each in schema[word]))
        if "enum" in schema:
            return ", ".join(f"<code>{_text(str(value))}</code>" for value in schema["enum"])
        if schema.get("type") == "array":
            return f"list of {self._type(schema.get('items', {}))}"
        inner = schema.get("additionalProperties")
        if isinstance(inner, Mapping) and inner:
            return f"mapping to {self._type(inner)}"
        return _text(str(schema.get("format") or schema.get("type") or "anything"))

    def _resolved(self, shape: Shape) -> Shape:
        while "$ref" in shape:
            found: Any = self._described
            for part in str(shape["$ref"]).removeprefix("#/").split("/"):
                found = found[part]
            shape = found
        return shape


def _name(name: str, required: bool) -> str:
    return f"<code>{_text(name)}</code>{'' if required else ' <small>may be left out</small>'}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    shown = ["<tr>" + "".join(f"<th>{name}</th>" for name in head) + "</tr>"]
    shown += ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows]
    return f"<table>{''.join(shown)}</table>"


def _text(value: str) -> str:
    return html.escape(str(value))


def _line(value: str) -> str:
    return re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", _CODE.sub(r"<code>\1</code>", _text(value)))


def _prose(value: str) -> str:
    """Paragraphs and lists."""
    found = []
    for block in re.split(r"\n\s*\n", value.strip()):
        items = re.split(r"(?:^|\n)[-*] ", block)
        if len(items) > 1:
            found.append("<ul>" + "".join(f"<li>{_line(item)}" for item in items[1:]) + "</ul>")
        elif block:
            found.append(f"<p>{_line(block)}</p>")
    return "".join(found)
