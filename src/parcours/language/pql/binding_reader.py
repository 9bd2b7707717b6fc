"""What binds names: lambdas, ``let``, quantifiers, ``select``, folds and chains (profile-query-language.md, 7.5, 9)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from parcours.core.schema import BOOLEAN, INTEGER, Kind, Type
from parcours.language.pql import type_errors
from parcours.language.pql.ast import Binding, Bound, Chain, ChainStep, Fold, Lambda, Let
from parcours.language.pql.element_reader import COUNT
from parcours.language.pql.scope import Frame, Given, Level, RowName, size
from parcours.language.pql.time_reader import TimeReader
from parcours.language.pql.values import TIMES, both, element_of, not_empty, untyped
from parcours.language.tree import Call, Each, Literal, Node, Quantifier, SequenceStep
from parcours.language.tree import Given as GivenNode
from parcours.language.tree import Sequence as SequenceNode

_TRUE = Literal(True, BOOLEAN)


class BindingReader(TimeReader):
    """Reads these forms."""

    def query(self, expr: Lambda, frame: Frame) -> Node:
        """A query written as a lambda: its names are the parameters."""
        for position, name in enumerate(expr.names):
            if position == 0:
                value: Node = self.whole_profile()
            elif position <= len(self.scope.params):
                value = GivenNode(("parameter", str(position + 1)), self.scope.params[position - 1])
            else:
                count = len(self.scope.params) + 1
                return self.problem(type_errors.unknown_parameter(expr.span, position + 1, count))
            frame = frame.with_name(name, Given(value, frame.rows, 1))
        return self.node(expr.body, frame)

    def let(self, expr: Let, frame: Frame) -> Node:
        value = self.node(expr.value, frame)
        return self.node(expr.body, frame.with_name(expr.name, Given(value, frame.rows, size(value))))

    # --- quantifiers and select ---

    def bound(self, expr: Bound, frame: Frame) -> Node:
        match expr.kind:
            case "exists":
                return self._exists_in(expr.bindings, frame)
            case "forall":
                return self._for_all(expr.bindings, frame)
            case _:
                return self._select(expr.bindings, frame)

    def _source(self, binding: Binding, frame: Frame) -> Node:
        return self.as_list(self.node(binding.source, frame), "from", binding.source.span)

    def _selected(self, binding: Binding, frame: Frame) -> Node:
        """The source of a binding whose condition selects: nothing is asked of elements that do not meet it."""
        list_ = self._source(binding, frame)
        return list_ if binding.condition is None else self.narrowed(list_, binding.condition, binding.name)

    def _exists_in(self, bindings: Sequence[Binding], frame: Frame) -> Node:
        """Some element meets its condition and has what the further bindings ask for (P23)."""
        list_ = self._selected(bindings[0], frame)
        if bindings[0].condition is None and len(bindings) == 1:
            return not_empty(list_)
        inner = frame.inside(element_of(list_), {bindings[0].name: ()})
        return Quantifier("any", list_, self._meets(bindings, inner, self._exists_in))

    def _for_all(self, bindings: Sequence[Binding], frame: Frame) -> Node:
        list_ = self._source(bindings[0], frame)
        inner = frame.inside(element_of(list_), {bindings[0].name: ()})
        return Quantifier("all", list_, self._meets(bindings, inner, self._for_all))

    def _select(self, bindings: Sequence[Binding], frame: Frame) -> Node:
        list_ = self._selected(bindings[0], frame)
        if bindings[0].condition is None and len(bindings) == 1:
            return list_
        inner = frame.inside(element_of(list_), {bindings[0].name: ()})
        return Each("filter", list_, self._meets(bindings, inner, self._exists_in), list_.type)

    def _meets(
        self, bindings: Sequence[Binding], inner: Frame, further: Callable[[Sequence[Binding], Frame], Node]
    ) -> Node:
        """The condition of the first binding, and what the further ones say inside of it."""
        condition = bindings[0].condition
        own = None if condition is None else self.condition(condition, inner)
        rest = further(bindings[1:], inner) if len(bindings) > 1 else None
        if own is not None and rest is not None:
            return both(own, rest)
        return own or rest or _TRUE

    # --- folds ---

    def fold(self, expr: Fold, frame: Frame) -> Node:
        """``sum value over name from source where condition``; count counts the elements."""
        binding = expr.binding
        list_ = self._selected(binding, frame)
        inner = frame.inside(element_of(list_), {binding.name: ()})
        body = self.node(expr.value, inner)
        if binding.condition is not None:
            list_ = Each("filter", list_, self.condition(binding.condition, inner), list_.type)
        if expr.kind == "count":
            return Call(COUNT, (list_,), INTEGER)
        return self.folded(expr.kind, self.values_of(list_, body, expr.value.span), expr.span)

    # --- chains ---

    def chain(self, expr: Chain, frame: Frame) -> Node:
        list_ = self.as_list(self.node(expr.source, frame), "chain", expr.source.span)
        event = element_of(list_)
        time = self.step(Literal(None, event), expr.time, expr.span).type
        if time.kind not in (*TIMES, Kind.STRING) and not untyped(time):
            self.problem(type_errors.not_a_time(expr.span, time))
        steps = []
        for number, step in enumerate(expr.steps):
            names = {
                earlier.name: RowName(frame.rows + place, event, (), expr.time)
                for place, earlier in enumerate(expr.steps[: number + 1])
            }
            inner = replace(frame, rows=frame.rows + number + 1, names={**frame.names, **names})
            steps.append(self._chain_step(step, inner, event, expr.time))
        return SequenceNode(list_, (expr.time,), tuple(steps))

    def _chain_step(self, step: ChainStep, frame: Frame, event: Type, time: str) -> SequenceStep:
        row = frame.rows - 1
        inside = replace(frame, levels=(*frame.levels, Level(event, row)))
        what = self.condition(step.what, inside)
        when = where = None
        if step.when is not None:
            stamp = self.step(inside.field(row, (), event), time, step.span)
            when = self.when(stamp, step.when, frame, step.when.span)
        if step.where is not None:
            where = self.condition(step.where, replace(frame, levels=frame.levels[:1]))
        if step.count == 0:
            self.problem(type_errors.bad_count(step.span))
        return SequenceStep(what, when, where, 1 if step.count is None else step.count)
