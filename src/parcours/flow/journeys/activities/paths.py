"""Ways that part: several labelled paths of which a run takes one, and those that fit none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from parcours.core.errors import DefinitionError, ParcoursError
from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import ERROR, Edge, Targets, edge, everyone
from parcours.flow.journeys.activities.timing import chosen_path

OTHERWISE = "otherwise"


class LabelledPath(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One path: its label, and what it leads to. Without label it is called by its position: ``path 1``."""

    label: str = ""
    to: Targets = None


def labels(paths: Sequence[LabelledPath]) -> tuple[str, ...]:
    """The labels of the edges of paths, from top to bottom."""
    return tuple(path.label or f"path {index + 1}" for index, path in enumerate(paths))


def path_edges(paths: Sequence[LabelledPath]) -> tuple[Edge, ...]:
    """The edges of paths, from top to bottom."""
    named = zip(labels(paths), paths, strict=True)
    return tuple(edge(label, path.to, f"paths[{index}].to") for index, (label, path) in enumerate(named))


def path_problems(paths: Sequence[LabelledPath], hint: str) -> Iterator[ParcoursError]:
    """No path at all, or labels used twice; ``hint`` shows how paths are written."""
    if not paths:
        yield DefinitionError("at least one path is needed", code="missing-setting", where="paths", hint=hint)
    for label, count in Counter([*labels(paths), OTHERWISE, ERROR]).items():
        if count > 1:
            yield DefinitionError(
                f"the label {label!r} is used {count} times",
                code="repeated-label",
                where="paths",
                hint="give every path a label of its own",
            )


def first_true(
    arrivals: Arrivals, paths: Sequence[LabelledPath], held: Iterable[NDArray[np.bool_]]
) -> NDArray[np.int16]:
    """The first path, from top to bottom, that holds for each run; the edge behind the paths where none does.

    A test takes the path that its settings name.
    """
    chosen = chosen_path(arrivals, (*labels(paths), OTHERWISE))
    if chosen is not None:
        return everyone(arrivals, chosen)
    found = everyone(arrivals, len(paths))
    for index, holds in reversed(list(enumerate(held))):
        found[holds] = index
    return found
