"""Reading references, ``@{…}`` and ``#{…}``: their steps and options (expression-language.md, section 8)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping

from parcours.core.errors import Span
from parcours.language.check.lexing import MOST_LEVELS, Token
from parcours.language.journey import errors
from parcours.language.journey.ast import (
    Constant,
    Expression,
    Group,
    Items,
    Missing,
    Name,
    Operation,
    Reference,
    Step,
)
from parcours.language.journey.cursor import Cursor, Unreadable

#: Steps that are operations when a parenthesis follows, and whether they take an argument.
OPERATIONS: Mapping[str, str] = {
    "all": "may",
    "first": "may",
    "last": "may",
    "at": "must",
    "entry": "must",
    "firstEntryKey": "none",
    "keys": "none",
}


class ReferenceParser(Cursor):
    """The part of the parser that reads references; the rest of it reads the expressions in them."""

    @abstractmethod
    def expression(self) -> Expression: ...

    @abstractmethod
    def signed(self) -> Expression: ...

    @abstractmethod
    def primary(self) -> Expression: ...

    @abstractmethod
    def before_operator(self) -> bool:
        """Whether an operator comes next."""

    def reference(self) -> Expression:
        sigil = self.take()
        if not self.is_("{"):
            raise self.unexpected(f"'{{' after {sigil.text!r}")
        opened = self.take()
        steps = [self.step(), *self.steps(opened)]
        options: dict[str, Expression | tuple[tuple[str, Expression], ...]] = {}
        while self.is_(","):
            self.take()
            self.option(options)
        self.expect("}", opened)
        default, params = options.get("defaultValue"), options.get("params")
        assert not isinstance(default, tuple)
        assert params is None or isinstance(params, tuple)
        return Reference(sigil.text, tuple(steps), default, params, self.since(sigil.span))

    def steps(self, start: Token) -> tuple[Step, ...]:
        found: list[Step] = []
        while self.is_("."):
            self.take()
            found.append(self.step())
        if len(found) > MOST_LEVELS:
            self.problems.add(*errors.too_many_steps(self.since(start.span)))
        return tuple(found)

    def step(self) -> Step:
        token = self.now
        if token.kind not in ("field", "string", "name", "keyword"):
            raise self.unexpected("the name of a field")
        self.take()
        if token.kind == "string":
            return Name(str(token.value), token.span)
        return self.deeper(lambda: self.operation(token)) if self.is_("(") else Name(token.text, token.span)

    def operation(self, name: Token) -> Step:
        takes = OPERATIONS.get(name.text)
        if takes is None:
            self.problems.add(*errors.unknown_operation(name, OPERATIONS))
            raise Unreadable
        opened = self.take()
        argument: Expression | None = None
        if takes == "none" or (takes == "may" and self.is_(")")):
            if not self.is_(")"):
                raise self.unexpected(f"')': {name.text} takes nothing", opened)
        else:
            argument = self.guarded(self.expression, ")")
        self.expect(")", opened)
        return Operation(name.text, argument, self.since(name.span))

    def option(self, options: dict[str, Expression | tuple[tuple[str, Expression], ...]]) -> None:
        name = self.now
        if name.kind != "field" or name.text not in ("defaultValue", "params"):
            self.problems.add(*errors.unknown_option(name))
            raise Unreadable
        self.take()
        self.expect(":")
        value = self.deeper(self.default) if name.text == "defaultValue" else self.params()
        if name.text in options:
            self.problems.add(*errors.option_twice(name))
        options[name.text] = value

    def default(self) -> Expression:
        start = self.now
        found = self.signed() if self.is_("-") else self.primary()
        if not isinstance(found, Constant | Items | Reference | Group | Missing):
            self.problems.add(*errors.bare_default(found.span))
        elif not self.is_(",", "}") and self.before_operator():
            self.problems.add(*errors.bare_default(Span(start.span.start, self.now.span.end)))
            raise Unreadable
        return found

    def params(self) -> tuple[tuple[str, Expression], ...]:
        if not self.is_("{"):
            raise self.unexpected("'{' with the parameters")
        opened = self.take()
        found = self.separated(self.param, opened, "}")
        pairs = tuple(pair for pair in found if not isinstance(pair, Missing))
        for name in {name for name, _ in pairs}:
            if sum(name == other for other, _ in pairs) > 1:
                self.problems.add(*errors.param_twice(name, self.since(opened.span)))
        return pairs

    def param(self) -> tuple[str, Expression]:
        if self.now.kind not in ("field", "string"):
            raise self.unexpected("the name of a parameter")
        token = self.take()
        self.expect(":")
        return str(token.value) if token.kind == "string" else token.text, self.deeper(self.expression)
