"""Reading what binds names (quantifiers, folds, chains) and points in time (profile-query-language.md, 3, 8 and 9).

Their words are reserved in their places only: elsewhere ``sum``, ``from`` or ``day`` is a property.
"""

from __future__ import annotations

from abc import abstractmethod

from parcours.language.pql import errors
from parcours.language.pql.ast import (
    Between,
    Binding,
    Bound,
    Chain,
    ChainStep,
    Distance,
    Expr,
    Fold,
    Interval,
    On,
    Side,
    Time,
    When,
)
from parcours.language.pql.cursor import Cursor
from parcours.language.pql.lexer import Kind, Token
from parcours.language.pql.words import (
    CLAUSES,
    COMPARISONS,
    DIRECTIONS,
    FOLDS,
    INFIX_WORDS,
    INTERVALS,
    QUANTIFIERS,
    UNIT_WORDS,
    UNITS,
)

#: How tightly ``+`` binds: what stands where the grammar says *additive* is read from here.
ADDITIVE = 3
_NOT_ADDITIVE = frozenset({*COMPARISONS, *INFIX_WORDS, ",", "where", "from"})


class BindingParser(Cursor):
    """The part of the parser that reads these forms; the rest of it reads what they hold."""

    def __init__(self, tokens: list[Token]) -> None:
        super().__init__(tokens)
        self._folds = _places_before_over(tokens)

    @abstractmethod
    def logic(self) -> Expr: ...

    @abstractmethod
    def binary(self, floor: int) -> Expr: ...

    @abstractmethod
    def postfix(self) -> Expr: ...

    def special(self) -> Expr | None:
        """A quantifier, fold or chain, if that is what comes next."""
        word = str(self.next.value)
        if word in QUANTIFIERS and self.ahead(1).kind is Kind.NAME and self.ahead(2).value == "from":
            return self._bound()
        if word in FOLDS and self.place + 1 in self._folds:
            return self._fold()
        if word.lower() == "chain" and self.ahead(1).value == "(" and self.ahead(1).kind is Kind.SIGN:
            return self._chain()
        return None

    # --- bindings ---

    def _bound(self) -> Bound:
        start = self.take()
        with self.deeper():
            bindings = [self._binding()]
            while self.at_sign(",") and self.ahead(1).kind is Kind.NAME and self.ahead(2).value == "from":
                self.take()
                bindings.append(self._binding())
        return Bound(str(start.value), tuple(bindings), span=self.since(start))

    def _fold(self) -> Fold:
        start = self.take()
        with self.deeper():
            value = self.binary(ADDITIVE)
            self.expect_word("over")
            binding = self._binding()
        return Fold(str(start.value), value, binding, span=self.since(start))

    def _binding(self) -> Binding:
        start = self.next
        name = self.expect_name("a name for the elements")
        self.expect_word("from")
        source = self.postfix()
        condition = self.logic() if self.accept_word("where") or self.accept(":") else None
        return Binding(name, source, condition, span=self.since(start))

    # --- chains ---

    def _chain(self) -> Chain:
        start = self.take()
        self.expect("(")
        with self.deeper():
            source = self.postfix()
            self.expect(",", "',' after the array of events")
            time = self.expect_name("the name of the field that holds the time")
            self.expect(",", "',' after the name of the time field")
            self.expect("[", "'[' before the steps")
            steps = self.items("]", self._step, "steps of a chain")
            if not steps:
                raise self.unexpected("at least one step", 'A: WHAT(eventType = "purchase")')
            names = [step.name for step in steps]
            for number, step in enumerate(steps):
                if step.name in names[:number]:
                    self.note(errors.double_name(step.span, step.name))
        self.expect(")", "')' after the steps")
        return Chain(source, time, steps, span=self.since(start))

    def _step(self) -> ChainStep:
        start = self.next
        name = self.expect_name("the name of a step")
        self.expect(":", "':' after the name of the step")
        found: dict[str, Expr | When | int] = {}
        while self.next.kind is Kind.NAME and str(self.next.value).upper() in CLAUSES:
            word = self.take()
            clause = str(word.value).upper()
            if clause in found:
                self.note(errors.double_clause(word.span, clause))
            found[clause] = self._clause(clause)
        if not found and not self.at_sign(",", "]"):
            raise self.unexpected("WHAT, WHEN, WHERE or COUNT")
        if "WHAT" not in found:
            raise self.stop(errors.missing_what(self.since(start), name))
        return ChainStep(
            name,
            found["WHAT"],  # type: ignore[arg-type]
            found.get("WHEN"),  # type: ignore[arg-type]
            found.get("WHERE"),  # type: ignore[arg-type]
            found.get("COUNT"),  # type: ignore[arg-type]
            span=self.since(start),
        )

    def _clause(self, clause: str) -> Expr | When | int:
        self.expect("(", f"'(' after {clause}")
        found: Expr | When | int
        if clause == "WHEN":
            found = self.when()
        elif clause == "COUNT":
            found = self._amount("a number of events")
        else:
            found = self.logic()
        self.expect(")", f"')' after the content of {clause}")
        return found

    # --- points in time ---

    def when(self) -> When:
        """What follows ``occurs``, and the content of ``WHEN``."""
        start = self.next
        if self.at_sign(*COMPARISONS):
            return self._distance()
        if self.at_word(*DIRECTIONS):
            direction = str(self.take().value)
            return Side(direction, self._time(), span=self.since(start))
        if self.accept_word("between"):
            first = self._time()
            if not self.accept_any_case("and"):
                raise self.unexpected("'and' after the first time")
            return Between(first, self._time(), span=self.since(start))
        self.accept_word("on")
        return On(self._time(), span=self.since(start))

    def _distance(self) -> Distance:
        start = self.take()
        amount = self._amount("a number of units, as in < 7 days before now")
        unit = self._unit()
        if not self.at_word(*DIRECTIONS):
            raise self.unexpected("before, after or from")
        direction = str(self.take().value)
        time = self._time()
        return Distance(str(start.value), amount, unit, direction, time, span=self.since(start))

    def _amount(self, what: str) -> int:
        if self.at_sign("-"):
            raise self.stop(errors.negative_amount(self.next.span))
        if self.next.kind is not Kind.INTEGER:
            raise self.unexpected(what)
        return int(self.take().value)

    def _unit(self) -> str:
        token = self.next
        if token.kind is not Kind.NAME or token.value not in UNIT_WORDS:
            raise self.stop(errors.unknown_unit(token.span, str(token), UNITS))
        self.take()
        return UNIT_WORDS[str(token.value)]

    def _time(self) -> Time:
        start = self.next
        unit = self.ahead(1)
        if self.at_word(*INTERVALS) and unit.kind is Kind.NAME and unit.value in UNIT_WORDS:
            self.take()
            return Interval(str(start.value), self._unit(), span=self.since(start))
        return self.binary(ADDITIVE)


def _places_before_over(tokens: list[Token]) -> frozenset[int]:
    """The places from which an additive expression could reach up to the word ``over``: behind the word of a fold."""
    found: list[int] = []
    reached = [False]
    for place in range(len(tokens) - 1, -1, -1):
        token = tokens[place]
        if token.kind is Kind.SIGN and token.value in (")", "]", "}"):
            reached.append(False)
        elif token.kind is Kind.SIGN and token.value in ("(", "[", "{"):
            if len(reached) > 1:
                reached.pop()
            else:
                reached = [False]
        elif token.kind is Kind.NAME and token.value == "over":
            reached[-1] = True
            continue
        elif _ends_additive(token):
            reached[-1] = False
        if reached[-1]:
            found.append(place)
    return frozenset(found)


def _ends_additive(token: Token) -> bool:
    if token.kind not in (Kind.NAME, Kind.SIGN):
        return False
    return token.value in _NOT_ADDITIVE or str(token.value).lower() in ("and", "or", "not")
