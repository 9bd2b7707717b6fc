"""Syntax tree -> text, in one line where it fits, else broken at its outermost joints.

The layout decides about white space and needed parentheses only. ``parse(layout(tree))`` is ``tree``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from parcours.language.numbers import decimal_text
from parcours.language.pql.ast import (
    Apply,
    Array,
    Between,
    Binding,
    Bound,
    Chain,
    ChainStep,
    Climb,
    Distance,
    Dot,
    Expr,
    Filter,
    Fold,
    Infix,
    Interval,
    Lambda,
    Let,
    Logic,
    Method,
    Name,
    Number,
    Object,
    Occurs,
    On,
    Parameter,
    Prefix,
    Side,
    Text,
    Time,
    Truth,
    When,
)
from parcours.language.pql.words import DAYS, NOW, unit_word

#: What fits on a line.
WIDTH = 100
_INDENT = "  "

#: How tightly each form binds; a part that binds more loosely than its place asks for stands in parentheses.
WHOLE, OR, AND, NOT, COMPARISON, SUM, PRODUCT, NEGATIVE, POSTFIX = range(9)
_LOGIC = {"or": OR, "and": AND}
_ARITHMETIC = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "%": PRODUCT}
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}

#: Writes a part that must bind at least so tightly, in lines that begin with an indent.
_Write = Callable[[Expr, int, str], str]


def layout(expr: Expr) -> str:
    """The text of a syntax tree."""
    return _broken(expr, WHOLE, "")


def flat(expr: Expr, power: int = WHOLE) -> str:
    """The text on one line."""
    return _written(expr, power, "", _flat)


def _flat(expr: Expr, power: int, indent: str) -> str:
    return _written(expr, power, indent, _flat)


def _broken(expr: Expr, power: int, indent: str) -> str:
    """On one line if that fits behind the indent, else on several."""
    line = flat(expr, power)
    if len(indent) + len(line) <= WIDTH:
        return line
    if _power(expr) < power:
        inner = indent + _INDENT
        return "(\n" + inner + _several(expr, inner) + "\n" + indent + ")"
    return _several(expr, indent)


def _power(expr: Expr) -> int:
    match expr:
        case Lambda() | Let() | Bound() | Fold():
            return WHOLE
        case Logic(operator=operator):
            return _LOGIC[operator]
        case Prefix(operator=operator):
            return NOT if operator == "not" else NEGATIVE
        case Infix(operator=operator):
            return _ARITHMETIC.get(operator, COMPARISON)
        case Occurs():
            return COMPARISON
        case _:
            return POSTFIX


def _written(expr: Expr, power: int, indent: str, write: _Write) -> str:
    text = _form(expr, indent, write)
    return f"({text})" if _power(expr) < power else text


def _form(expr: Expr, indent: str, write: _Write) -> str:
    """The text of a form, its parts written by ``write``."""
    match expr:
        case Logic(operator=operator, parts=parts):
            return f" {operator} ".join(write(part, _LOGIC[operator] + 1, indent) for part in parts)
        case Prefix(operator=operator, value=value):
            return ("not " if operator == "not" else "-") + write(value, _power(expr), indent)
        case Infix(operator=operator, left=left, right=right):
            own = _power(expr)
            return f"{write(left, own, indent)} {operator} {write(right, own + 1, indent)}"
        case Occurs(value=value, when=when):
            return f"{write(value, COMPARISON, indent)} occurs {_when(when, indent, write)}"
        case Dot(value=value, name=name):
            return f"{write(value, POSTFIX, indent)}.{name}"
        case Filter(value=value, condition=condition):
            return f"{write(value, POSTFIX, indent)}[{write(condition, WHOLE, indent)}]"
        case Method(value=value, name=name, args=args):
            return f"{write(value, POSTFIX, indent)}.{name}({_list(args, indent, write)})"
        case Apply(name=name, args=args):
            return f"{name}({_list(args, indent, write)})"
        case Array(items=items):
            return f"[{_list(items, indent, write)}]"
        case _:
            return _rarer_form(expr, indent, write)


def _rarer_form(expr: Expr, indent: str, write: _Write) -> str:
    match expr:
        case Lambda(names=names, body=body):
            return f"({', '.join(names)}) => {write(body, WHOLE, indent)}"
        case Let(name=name, value=value, body=body):
            return f"let {name} = {write(value, SUM, indent)} in {write(body, WHOLE, indent)}"
        case Bound(kind=kind, bindings=bindings):
            return f"{kind} {', '.join(_binding(binding, indent, write) for binding in bindings)}"
        case Fold(kind=kind, value=value, binding=binding):
            return f"{kind} {write(value, SUM, indent)} over {_binding(binding, indent, write)}"
        case Object(keys=keys, items=items):
            pairs = zip(keys, items, strict=True)
            return "{" + ", ".join(f"{quoted(key)}: {write(item, WHOLE, indent)}" for key, item in pairs) + "}"
        case Chain(source=source, time=time, steps=steps):
            written = ", ".join(_step(step, indent, write) for step in steps)
            return f"chain({write(source, POSTFIX, indent)}, {time}, [{written}])"
        case _:
            return _atom(expr)


def _atom(expr: Expr) -> str:
    match expr:
        case Truth(value=value):
            return "true" if value else "false"
        case Number(value=value):
            return number(value)
        case Text(value=value):
            return quoted(value)
        case Name(name=name):
            return name
        case Parameter(position=position):
            return f"${position}"
        case Climb(levels=levels, name=name):
            return "^" * levels + ("." if levels > 1 else "") + name
        case _:
            raise TypeError(f"{type(expr).__name__} has no text")


def _list(parts: Iterable[Expr], indent: str, write: _Write) -> str:
    return ", ".join(write(part, WHOLE, indent) for part in parts)


def _binding(binding: Binding, indent: str, write: _Write) -> str:
    text = f"{binding.name} from {write(binding.source, POSTFIX, indent)}"
    if binding.condition is None:
        return text
    # a quantifier at the end of a condition would take in the bindings behind it
    return f"{text} where {write(binding.condition, OR, indent)}"


def _step(step: ChainStep, indent: str, write: _Write) -> str:
    clauses = [f"WHAT({write(step.what, OR, indent)})"]
    if step.when is not None:
        clauses.append(f"WHEN({_when(step.when, indent, write)})")
    if step.where is not None:
        clauses.append(f"WHERE({write(step.where, OR, indent)})")
    if step.count is not None:
        clauses.append(f"COUNT({step.count})")
    return f"{step.name}: {' '.join(clauses)}"


def _when(when: When, indent: str, write: _Write) -> str:
    match when:
        case Distance(operator=operator, amount=amount, unit=unit, direction=direction, time=time):
            return f"{operator} {amount} {unit_word(unit, amount)} {direction} {_time(time, indent, write)}"
        case Side(direction=direction, time=time):
            return f"{direction} {_time(time, indent, write)}"
        case Between(first=first, last=last):
            return f"between {_time(first, indent, write)} and {_time(last, indent, write)}"
        case On(time=time):
            plain = isinstance(time, Interval) or (isinstance(time, Name) and time.name in (NOW, *DAYS))
            return ("" if plain else "on ") + _time(time, indent, write)


def _time(time: Time, indent: str, write: _Write) -> str:
    return f"{time.which} {time.unit}" if isinstance(time, Interval) else write(time, SUM, indent)


def number(value: int | float) -> str:
    """A number without an exponent; a double always has a point."""
    return str(value) if isinstance(value, int) else decimal_text(value)


def quoted(text: str) -> str:
    """The text between double quotes."""
    pieces = (_ESCAPES.get(one) or (f"\\u{ord(one):04x}" if ord(one) < 32 else one) for one in text)
    return '"' + "".join(pieces) + '"'


# --- several lines -------------------------------------------------------------------------------------


def _several(expr: Expr, indent: str) -> str:
    """The text on several lines, the first of which stands behind ``indent`` already."""
    inner = indent + _INDENT
    match expr:
        case Logic(operator=operator, parts=parts):
            lines = [_broken(part, _LOGIC[operator] + 1, indent) for part in parts]
            return f"\n{indent}{operator} ".join(lines)
        case Prefix(operator="not", value=value):
            return "not " + _broken(value, NOT, indent)
        case Lambda(names=names, body=body):
            return f"({', '.join(names)}) =>\n{inner}{_broken(body, WHOLE, inner)}"
        case Let(name=name, value=value, body=body):
            return f"let {name} = {_broken(value, SUM, indent)} in\n{indent}{_broken(body, WHOLE, indent)}"
        case Bound(kind=kind, bindings=bindings):
            lines = [_broken_binding(binding, inner) for binding in bindings]
            return f"{kind} " + f",\n{inner}".join(lines)
        case Method():
            return _broken_method(expr, indent)
        case Apply(name=name, args=args):
            return f"{name}{_broken_list('(', args, ')', indent)}"
        case Array(items=items):
            return _broken_list("[", items, "]", indent)
        case Filter(value=value, condition=condition):
            opened = f"{_broken(value, POSTFIX, indent)}[\n{inner}"
            return f"{opened}{_broken(condition, WHOLE, inner)}\n{indent}]"
        case Chain(source=source, time=time, steps=steps):
            lines = [_broken_step(step, inner) for step in steps]
            opened = f"chain({_broken(source, POSTFIX, indent)}, {time}, [\n{inner}"
            return opened + f",\n{inner}".join(lines) + f"\n{indent}])"
        case _:
            return _form(expr, indent, _broken)


def _broken_method(expr: Method, indent: str) -> str:
    """The arguments stay on the line that the value ends on, if they fit there."""
    value = _broken(expr.value, POSTFIX, indent)
    last = value.rsplit("\n", 1)[-1]
    call = f".{expr.name}({_list(expr.args, indent, _flat)})"
    if len(last) + len(call) <= WIDTH and (last is not value or not expr.args):
        return value + call
    return f"{value}.{expr.name}{_broken_list('(', expr.args, ')', indent)}"


def _broken_list(opening: str, parts: tuple[Expr, ...], closing: str, indent: str) -> str:
    if not parts:
        return opening + closing
    inner = indent + _INDENT
    lines = f",\n{inner}".join(_broken(part, WHOLE, inner) for part in parts)
    return f"{opening}\n{inner}{lines}\n{indent}{closing}"


def _broken_binding(binding: Binding, indent: str) -> str:
    text = f"{binding.name} from {_broken(binding.source, POSTFIX, indent)}"
    if binding.condition is None:
        return text
    inner = indent + _INDENT
    return f"{text} where\n{inner}{_broken(binding.condition, OR, inner)}"


def _broken_step(step: ChainStep, indent: str) -> str:
    line = _step(step, indent, _flat)
    if len(indent) + len(line) <= WIDTH:
        return line
    inner = indent + _INDENT
    return _step(step, inner, lambda part, power, _: _broken(part, power, inner))
