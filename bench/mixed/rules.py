"""The mixed rules: drawn once, the same in every run."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from bench.data import SEED, SHARES
from bench.mixed.attributes import ATTRIBUTES, segment
from bench.mixed.events import Measure, against_points, compared, measure, trend
from bench.mixed.people import SCHEMA
from bench.mixed.question import Part, Question
from bench.mixed.sequences import abandoned, sequence
from parcours.language.frontends import read_rule
from parcours.language.tree import Node

LANGUAGES = ("tree", "pql", "journey", "filter")
#: How often rules are written in each.
_SHARES = (0.45, 0.3, 0.2, 0.05)
_SORTS = {"events": 0.44, "attribute": 0.38, "sequences": 0.09, "comparisons": 0.05, "segment": 0.04}


def mixed(count: int, average: float) -> list[Question]:
    """So many rules in all languages, for profiles with about ``average`` events each."""
    draw = np.random.default_rng([SEED, 12])
    measures = [measure(draw, average) for _ in range(max(4, count // 3))]
    found: list[Question] = []
    while len(found) < count:
        language = str(draw.choice(LANGUAGES, p=_SHARES))
        found.append(_question(draw, f"q{len(found):03d}", language, measures, [one.id for one in found]))
    return found


def of_language(language: str, count: int) -> list[Question]:
    """So many rules in one language, none of which refers to another."""
    draw = np.random.default_rng([SEED, 13, LANGUAGES.index(language)])
    measures = [measure(draw, 30) for _ in range(count // 3)]
    return [_question(draw, f"q{number:03d}", language, measures, []) for number in range(count)]


def trees(questions: Sequence[Question]) -> dict[str, Node]:
    """The typed tree of each rule, by its front end."""
    names = [one.id for one in questions]
    return {one.id: read_rule(one.written, SCHEMA, names, language=one.language) for one in questions}


def _question(
    draw: np.random.Generator, name: str, language: str, measures: list[Measure], earlier: list[str]
) -> Question:
    size = int(draw.choice([1, 2, 3, 4], p=[0.2, 0.4, 0.28, 0.12]))
    parts: list[Part] = []
    while len(parts) < size:
        part = _part(draw, language, measures, earlier)
        if language in part.said and not (language == "filter" and _named(part) in map(_named, parts)):
            parts.append(part)
    plain = language == "filter"
    negated = [not plain and bool(draw.random() < 0.06) for _ in parts]
    return Question(name, language, parts, negated, any=not plain and size > 1 and bool(draw.random() < 0.12))


def _named(part: Part) -> object:
    return part.said["filter"][0]  # type: ignore[index]


def _part(draw: np.random.Generator, language: str, measures: list[Measure], earlier: list[str]) -> Part:
    sort = "attribute" if language == "filter" else str(draw.choice(list(_SORTS), p=list(_SORTS.values())))
    event = str(draw.choice(list(SHARES), p=list(SHARES.values())))
    match sort:
        case "events":
            return compared(draw, measures[int(draw.random() ** 1.3 * len(measures))])
        case "sequences":
            return abandoned(draw) if draw.random() < 0.2 else sequence(draw)
        case "comparisons":
            return trend(draw, event) if draw.random() < 0.5 else against_points(draw, event)
        case "segment" if earlier:
            return segment(str(draw.choice(earlier)))
        case _:
            makers, shares = zip(*ATTRIBUTES, strict=True)
            make: Callable[[np.random.Generator], Part] = makers[int(draw.choice(len(makers), p=shares))]
            return make(draw)
