"""The engines that a case runs on: the reference, and the compiled form over several rows at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from parcours.core.columns import series, values
from parcours.core.errors import EvaluationError
from parcours.core.schema import BOOLEAN, Kind
from parcours.kernel.compile import FAILED, VALUE, leaves, outcome
from parcours.language.reference import Person, evaluate
from parcours.language.tree import Chance, Fetched, InWindow, Member, Node, Now, walk

#: Rows of the compiled form that hold the case; around them are rows of nulls, and one of empty values.
_ROWS = ("null", "case", "null", "empty", "case")


class Failed:
    """Evaluation failed."""

    def __repr__(self) -> str:
        return "evaluation error"


FAILURE = Failed()


@dataclass(frozen=True)
class Crash:
    """The engine itself went wrong."""

    what: str

    def __repr__(self) -> str:
        return f"crashed: {self.what}"


@dataclass(frozen=True)
class Answer:
    """What an engine gave: a value, or :data:`FAILURE`; ``engine`` says where."""

    engine: str
    value: Any


def answers(node: Node, person: Person, now: int) -> Iterator[Answer]:
    """The answers of all engines."""
    yield Answer("reference", _reference(node, person, now))
    if reference_alone(node) is not None:
        return
    try:
        yield from list(_compiled(node, person, now))
    except Exception as problem:  # whatever goes wrong there is a failure of this case
        yield Answer("compiled", Crash(f"{type(problem).__name__}: {problem}"))


def reference_alone(node: Node) -> str | None:
    """Why a tree runs on the reference alone; ``None``: it runs on every engine."""
    for part in walk(node):
        if isinstance(part, Chance):
            return "a random number" if part.kind == "random" else "a random UUID"
        if isinstance(part, Fetched):
            return "a data source asked with parameters"
    return None


def _reference(node: Node, person: Person, now: int) -> Any:
    try:
        return evaluate(node, person, now)
    except EvaluationError:
        return FAILURE
    except Exception as problem:
        return Crash(f"{type(problem).__name__}: {problem}")


def _compiled(node: Node, person: Person, now: int) -> Iterator[Answer]:
    """The compiled form over the case alone, and over several rows of which two are the case."""
    if any(isinstance(_reference(leaf, person, now), Failed) for leaf in leaves(node)):
        return  # a value that is not of its type cannot stand in a column
    for rows in (("case",), _ROWS):
        columns = {leaf: _column(leaf, person, now, rows) for leaf in leaves(node)}
        names = {leaf: f"leaf {number}" for number, leaf in enumerate(columns)}
        frame = pl.DataFrame([pl.Series("row", rows), *(columns[leaf].alias(name) for leaf, name in names.items())])
        made, type_ = outcome(node, lambda leaf, names=names: pl.col(names[leaf]))
        found = frame.with_columns(made.alias("found"))["found"].struct.unnest()
        read = values(found[VALUE], type_)
        for number, row in enumerate(rows):
            if row == "case":
                value = FAILURE if found[FAILED][number] else read[number]
                yield Answer(f"compiled, row {number + 1} of {len(rows)}", value)


def _column(leaf: Node, person: Person, now: int, rows: tuple[str, ...]) -> pl.Series:
    own = evaluate(leaf, person, now)
    others = {"null": _nothing(leaf), "empty": _empty(leaf)}
    return series([own if row == "case" or isinstance(leaf, Now) else others[row] for row in rows], leaf.type)


def _nothing(leaf: Node) -> Any:
    return False if isinstance(leaf, Member | InWindow) and leaf.type == BOOLEAN else None


def _empty(leaf: Node) -> Any:
    empty: dict[Kind, Any] = {Kind.LIST: [], Kind.MAP: {}, Kind.STRING: "", Kind.INTEGER: 0, Kind.DECIMAL: 0.0}
    return empty.get(leaf.type.kind, _nothing(leaf))
