"""What a text says -> the text, formatted: on one line where it fits, else broken at its operators and brackets.

The layout depends on nothing but what the text says, so that formatting a formatted text changes nothing. Parentheses
are written where :class:`parcours.language.journey.ast.Group` says so and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from parcours.language.journey.ast import (
    Application,
    Binary,
    Chain,
    Conditional,
    Constant,
    Current,
    Expression,
    Group,
    Items,
    Missing,
    Name,
    Operation,
    Prefix,
    Reference,
    Step,
    Test,
)
from parcours.language.journey.parse import parse
from parcours.language.numbers import decimal_text

#: Lines are broken beyond this many characters.
WIDTH = 100
INDENT = 4
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_SHORT = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}
_UNPRINTABLE = re.compile(r"[\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


def format(text: str, *, where: str = "expression") -> str:
    """The text, laid out anew. ``format(format(text))`` is ``format(text)``, and both say the same.

    Raises:
        DefinitionError: as :func:`parcours.language.journey.parse.parse`.
    """
    return render(parse(text, where=where))


def render(expression: Expression) -> str:
    """The formatted text of what a text says."""
    return _Writer().write(expression, 0, 0, 0)


# --- words ---------------------------------------------------------------------------------------------


def quoted(text: str, quote: str = '"') -> str:
    """A text in quotes; in the other ones where that saves a backslash."""
    other = "'" if quote == '"' else '"'
    if quote in text and other not in text:
        quote = other
    body = _UNPRINTABLE.sub(_escaped, text).replace(quote, "\\" + quote)
    return quote + body + quote


def _escaped(match: re.Match[str]) -> str:
    return _SHORT.get(match[0]) or f"\\u{ord(match[0]):04x}"


def field_name(name: str) -> str:
    """A name in a reference, in quotes where it needs them."""
    return name if _FIELD.fullmatch(name) else quoted(name, "'")


def constant(value: bool | int | float | str | None) -> str:
    """A constant as it is written."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float():
            return decimal_text(value)
        case int():
            return str(value)
        case _:
            return quoted(value)


# --- one line ------------------------------------------------------------------------------------------


class _Writer:
    """Writes expressions; the one-line text of each is made once."""

    def __init__(self) -> None:
        self._flat: dict[int, str] = {}

    def flat(self, node: Expression) -> str:
        known = self._flat.get(id(node))
        if known is None:
            known = self._flat[id(node)] = self.line(node)
        return known

    def line(self, node: Expression) -> str:
        match node:
            case Constant(value=value):
                return constant(value)
            case Items(items=items):
                return f"[{self.listed(items)}]"
            case Group(inner=inner):
                return f"({self.flat(inner)})"
            case Application(name=name, args=args):
                return f"{name}({self.listed(args)})"
            case Conditional(test=test, then=then, otherwise=otherwise):
                return f"if ({self.flat(test)}) then ({self.flat(then)}) else ({self.flat(otherwise)})"
            case Prefix(sign=sign, operand=operand):
                return f"{_before(sign)}{self.flat(operand)}"
            case Binary(sign=sign, left=left, right=right):
                return f"{self.flat(left)} {sign} {self.flat(right)}"
            case Chain(sign=sign, operands=operands):
                return f" {sign} ".join(self.flat(operand) for operand in operands)
            case Test(sign=sign, operand=operand):
                return f"{self.flat(operand)} {sign}"
            case Reference(sigil=sigil, steps=steps):
                options = "".join(f", {name}: {value}" for name, value in self.options(node))
                return f"{sigil}{{{self.path(steps)}{options}}}"
            case Current(variable=variable, steps=steps):
                return ".".join((variable, *map(self.step, steps)))
            case Missing():
                raise AssertionError("a text with problems has no layout")

    def listed(self, items: Sequence[Expression]) -> str:
        return ", ".join(self.flat(item) for item in items)

    def path(self, steps: Sequence[Step]) -> str:
        return ".".join(map(self.step, steps))

    def step(self, step: Step) -> str:
        if isinstance(step, Name):
            return field_name(step.name)
        return f"{step.name}({'' if step.argument is None else self.flat(step.argument)})"

    def options(self, node: Reference) -> list[tuple[str, str]]:
        found = [] if node.default is None else [("defaultValue", self.flat(node.default))]
        if node.params is not None:
            pairs = ", ".join(f"{field_name(name)}: {self.flat(value)}" for name, value in node.params)
            found.append(("params", "{" + pairs + "}"))
        return found

    # --- several lines ---

    def write(self, node: Expression, column: int, indent: int, tail: int) -> str:
        """The text of ``node`` from ``column`` on.

        Further lines are indented by ``indent`` at least, and ``tail`` characters follow on the last one.
        """
        line = self.flat(node)
        if column + len(line) + tail <= WIDTH:
            return line
        match node:
            case Chain(sign=sign, operands=operands):
                return self.chain(sign, operands, column, indent, tail)
            case Binary(sign=sign, left=left, right=right):
                start = f"{_newline(indent + INDENT)}{sign} "
                rest = self.write(right, len(start) - 1, indent + INDENT, tail)
                return self.write(left, column, indent, 0) + start + rest
            case Prefix(sign=sign, operand=operand):
                return _before(sign) + self.write(operand, column + len(_before(sign)), indent, tail)
            case Test(sign=sign, operand=operand):
                return self.write(operand, column, indent, tail + len(sign) + 1) + " " + sign
            case Group(inner=inner):
                return self.bracketed("(", [inner], ")", indent)
            case Items(items=items):
                return self.filled(items, indent) if _plain(items) else self.bracketed("[", items, "]", indent)
            case Application(name=name, args=args) if args:
                return self.bracketed(f"{name}(", args, ")", indent)
            case Conditional(test=test, then=then, otherwise=otherwise):
                parts = (("if", test), ("then", then), ("else", otherwise))
                return _newline(indent).join(self.branch(word, part, indent, tail) for word, part in parts)
            case Reference():
                return self.reference(node, column, indent, tail)
            case Current(variable=variable, steps=steps):
                return variable + self.steps(steps, column + len(variable), indent, tail)
            case _:
                return line

    def chain(self, sign: str, operands: Sequence[Expression], column: int, indent: int, tail: int) -> str:
        lines = [self.write(operands[0], column, indent, 0)]
        for operand in operands[1:]:
            after = tail if operand is operands[-1] else 0
            lines.append(f"{sign} {self.write(operand, indent + len(sign) + 1, indent, after)}")
        return _newline(indent).join(lines)

    def bracketed(self, opening: str, parts: Sequence[Expression], closing: str, indent: int) -> str:
        inner = indent + INDENT
        lines = [self.write(part, inner, inner, 1) for part in parts]
        return f"{opening}{_newline(inner)}{(',' + _newline(inner)).join(lines)}{_newline(indent)}{closing}"

    def filled(self, items: Sequence[Expression], indent: int) -> str:
        """A list of constants, as many on a line as fit."""
        lines = [""]
        for item in items:
            word = self.flat(item) + ","
            if lines[-1] and indent + INDENT + len(lines[-1]) + 1 + len(word) > WIDTH:
                lines.append("")
            lines[-1] += f" {word}" if lines[-1] else word
        body = _newline(indent + INDENT).join(lines).removesuffix(",")
        return f"[{_newline(indent + INDENT)}{body}{_newline(indent)}]"

    def branch(self, word: str, part: Expression, indent: int, tail: int) -> str:
        line = f"{word} ({self.flat(part)})"
        if indent + len(line) + tail <= WIDTH:
            return line
        return self.bracketed(f"{word} (", [part], ")", indent)

    def reference(self, node: Reference, column: int, indent: int, tail: int) -> str:
        start = node.sigil + "{"
        first, *rest = node.steps
        path = self.step(first)
        options = self.options(node)
        path += self.steps(rest, column + len(start) + len(path), indent, 1 if options else tail + 1)
        if not options:
            return f"{start}{path}}}"
        inner = _newline(indent + INDENT)
        return (
            start
            + path
            + "".join(f",{inner}{name}: {value}" for name, value in self.option_lines(node, indent))
            + (_newline(indent) + "}")
        )

    def option_lines(self, node: Reference, indent: int) -> list[tuple[str, str]]:
        inner = indent + INDENT
        found = []
        if node.default is not None:
            found.append(("defaultValue", self.write(node.default, inner + len("defaultValue: "), inner, 1)))
        if node.params is not None:
            found.append(("params", self.params(node.params, inner)))
        return found

    def params(self, params: Sequence[tuple[str, Expression]], indent: int) -> str:
        inner = indent + INDENT
        lines = []
        for name, value in params:
            label = field_name(name) + ": "
            lines.append(label + self.write(value, inner + len(label), inner, 1))
        one = "{" + ", ".join(lines) + "}"
        if "\n" not in one and indent + len("params: ") + len(one) + 1 <= WIDTH:
            return one
        return f"{{{_newline(inner)}{(',' + _newline(inner)).join(lines)}{_newline(indent)}}}"

    def steps(self, steps: Sequence[Step], column: int, indent: int, tail: int) -> str:
        """``.a.b(…)``: a step that does not fit begins a new line, an argument that does not is put on its own."""
        text = ""
        for step in steps:
            word = "." + self.step(step)
            after = tail if step is steps[-1] else 0
            if column + len(word) + after > WIDTH:
                text, column = text + _newline(indent + INDENT), indent + INDENT
                if isinstance(step, Operation) and step.argument is not None and column + len(word) + after > WIDTH:
                    word = self.bracketed(f".{step.name}(", [step.argument], ")", indent + INDENT)
            text += word
            column = column + len(word) if "\n" not in word else indent + INDENT + 1
        return text


def _before(sign: str) -> str:
    return "not " if sign == "not" else sign


def _newline(indent: int) -> str:
    return "\n" + " " * indent


def _plain(items: Sequence[Expression]) -> bool:
    return all(isinstance(item, Constant) for item in items)
