"""What is wrong with a text: problems with their place, collected and raised together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from parcours.core.errors import DefinitionError, RuleError, Span
from parcours.language.check.carets import line_and_column
from parcours.language.check.report import MOST_PROBLEMS

#: A hint, or how to find one: looking for near names takes time, and only the first problems are shown.
Hint: TypeAlias = str | Callable[[], str | None] | None


class Problems:
    """The problems of one text, in the order in which they were found; the first twenty are kept.

    ``where`` is what errors call the text.
    """

    def __init__(self, text: str, where: str) -> None:
        self.text = text
        self.where = where
        self.found: list[RuleError] = []
        self.count = 0
        self._places: set[tuple[str, int, int]] = set()

    @property
    def full(self) -> bool:
        """Whether no further problem is kept."""
        return len(self.found) >= MOST_PROBLEMS

    def add(self, code: str, message: str, span: Span, hint: Hint = None) -> None:
        """Keep a problem, once for each place."""
        place = (code, span.start, span.end)
        if place in self._places:
            return
        self._places.add(place)
        self.count += 1
        if self.full:
            return
        line, column = line_and_column(self.text, span.start)
        told = hint() if callable(hint) else hint
        self.found.append(RuleError(message, code=code, where=f"{self.where}:{line}:{column}", hint=told, span=span))

    def finish(self) -> None:
        """Raise all problems as one error, in the order of the text.

        Raises:
            DefinitionError: there is at least one problem; ``problems`` holds them. Its code is that of the first.
        """
        if not self.found:
            return
        problems = sorted(self.found, key=lambda problem: _start(problem.span))
        count = "1 problem" if self.count == 1 else f"{self.count} problems"
        more = "" if self.count == len(problems) else f", of which these are the first {len(problems)}"
        raise DefinitionError(
            f"the expression has {count}{more}", code=problems[0].code, where=self.where, problems=problems
        )


def alone(problem: DefinitionError) -> DefinitionError:
    """The error of a rule that has this one problem; code and place are those of the problem."""
    return DefinitionError("the rule has 1 problem", code=problem.code, where=problem.where, problems=[problem])


def expect_text(rule: object, where: str, what: str, example: str) -> str:
    """A rule that has to be a text: ``what`` it is, and an ``example`` of it, are told where it is none.

    Raises:
        DefinitionError: it is something else (code ``parse.not-a-text``).
    """
    if isinstance(rule, str):
        return rule
    raise alone(
        RuleError(
            f"expected {what} as text, found {rule!r:.60}",
            code="parse.not-a-text",
            where=where,
            hint=f"for example {example}",
        )
    )


def _start(span: Span | None) -> int:
    return 0 if span is None else span.start
