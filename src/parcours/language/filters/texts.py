"""Filters of texts: whole values, wildcards, intervals in the order of characters, words that stand for texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from parcours.core.errors import Span
from parcours.core.schema import BOOLEAN, STRING, list_of
from parcours.language.conditions import all_of, any_of
from parcours.language.filters import errors
from parcours.language.filters.ast import Compare, Interval, Operand
from parcours.language.filters.values import FUNCTIONS, ValueFilter, call, negated
from parcours.language.tree import Call, ListOf, Literal, Node

#: Tokens in the order in which a word cut short is looked for.
TOKENS = ("me", "user", "company", "mycustomers", "myitems", "myvendors")
TEXTS = list_of(STRING)
#: The most entries of a user's own list that count.
LIST_LIMIT = 2_000


class TextFilter(ValueFilter):
    """Whole values, case included; a field without value is an empty text."""

    def compare(self, test: Compare) -> Node:
        if not test.operand.text:
            return self._empty(test.sign)
        return self._with_blank(super().compare(test), lambda text: _meets(test, text))

    def interval(self, test: Interval) -> Node:
        low, high = test.low, test.high
        fold = any(end is not None and end.fold for end in (low, high))
        if any(end is not None and end.wild for end in (low, high)):
            raise errors.not_an_interval((low or high).span)  # type: ignore[union-attr]
        tests = [Compare(sign, end) for sign, end in ((">=", low), ("<=", high)) if end is not None]
        parts = [self._ordered(each.sign, each.operand, fold) for each in tests]
        return self._with_blank(all_of(*parts), lambda text: all(_meets(each, text) for each in tests))

    def compared(self, sign: str, operand: Operand) -> Node:
        if sign not in ("=", "<>"):
            if operand.wild:
                raise errors.not_an_interval(operand.span)
            return self._ordered(sign, operand, operand.fold)
        if operand.wild:
            found = self._like(operand)
        elif operand.fold:
            found = call("equals_ignore_case", self.field, self._text(operand))
        else:
            return call(FUNCTIONS[sign], self.field, self._text(operand))
        return found if sign == "=" else negated(found)

    def blank(self, wanted: bool) -> Node:
        if wanted:
            return any_of(call("is_null", self.field), call("eq", self.field, Literal("", STRING)))
        return all_of(call("is_not_null", self.field), call("ne", self.field, Literal("", STRING)))

    def _empty(self, sign: str) -> Node:
        """Compared with the empty text: nothing is smaller."""
        if sign in ("=", "<="):
            return self.blank(True)
        if sign in ("<>", ">"):
            return self.blank(False)
        return Literal(sign == ">=", BOOLEAN)

    def _with_blank(self, node: Node, meets: Callable[[str], bool]) -> Node:
        """The condition, made to treat a field without value as an empty text, when it does not by itself."""
        empty, absent = meets(""), _held_by_null(node)
        if empty == absent:
            return node
        return any_of(call("is_null", self.field), node) if empty else all_of(call("is_not_null", self.field), node)

    # --- values ---

    def _text(self, operand: Operand) -> Literal:
        return Literal(operand.text.upper() if self.target.code else operand.text, STRING)

    def _ordered(self, sign: str, operand: Operand, fold: bool) -> Node:
        text = self._text(operand)
        if not fold:
            return call(FUNCTIONS[sign], self.field, text)
        return call(FUNCTIONS[sign], call("lower", self.field), Literal(str(text.value).lower(), STRING))

    def _like(self, operand: Operand) -> Node:
        """A pattern: by the plain function where there is one, else with its wildcards."""
        text, suffix = str(self._text(operand).value), "_ignore_case" if operand.fold else ""
        for form, function in (("(.+)[*]", "starts_with"), ("[*](.+)", "ends_with"), ("[*](.+)[*]", "contains")):
            found = re.fullmatch(form, text, re.DOTALL)
            if found is not None and not set(found[1]) & {"*", "?"}:
                return call(function + suffix, self.field, Literal(found[1], STRING))
        return call("fits" + suffix, self.field, Literal(text, STRING))

    # --- tokens ---

    def token(self, text: str) -> Node | None:
        """The condition of an expression that a token stands at the front of: the token is the whole of it.

        Raises:
            RuleError: nobody has told what the token stands for.
        """
        found = re.match(r"\s*%([^\W\d_]+)", text)
        word = "" if found is None else found[1].lower()
        token = next((name for name in TOKENS if word and name.startswith(word)), None)
        if token is None:
            return None
        values = self._values(token)
        if values is None:
            raise errors.needs(Span(0, len(text)), f"%{token}")
        texts = tuple(Literal(value.upper() if self.target.code else value, STRING) for value in values[:LIST_LIMIT])
        if not texts:
            return Literal(False, BOOLEAN)
        return call("eq", self.field, texts[0]) if len(texts) == 1 else call("in", self.field, ListOf(texts, TEXTS))

    def _values(self, token: str) -> Sequence[str] | None:
        if token in ("me", "user"):
            return None if self.context.user is None else (self.context.user,)
        if token == "company":
            return None if self.context.company is None else (self.context.company,)
        return self.context.lists.get(token)


def _held_by_null(node: Node) -> bool:
    """Whether a condition of this module holds for a field without value."""
    match node:
        case Call("not", (inner,)):
            return not _held_by_null(inner)
        case Call(function):
            return function == "ne"
        case _:
            return False


def _meets(test: Compare, text: str) -> bool:
    """Whether the empty text meets a comparison with a text that is not empty."""
    value = test.operand.text
    if test.sign in ("=", "<>"):
        return (text == value or (test.operand.wild and not value.strip("*"))) == (test.sign == "=")
    return {"<": text < value, "<=": text <= value, ">": text > value, ">=": text >= value}[test.sign]
