"""In which order ratings are worked out: those that others build on come first (contact-segments.md, 19.3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias

from parcours.contacts.office import Row
from parcours.contacts.people.questionnaires.structure import Question
from parcours.core.errors import Refused

Key: TypeAlias = tuple[str, int]


def used_by(questions: Iterable[Question], ratings: Iterable[Row]) -> dict[Key, set[Key]]:
    """The questions whose answers give points, by rating."""
    owner = {(one.key[0], answer["line_no"]): one.key for one in questions for answer in one.answers}
    used: dict[Key, set[Key]] = {}
    for row in ratings:
        key = owner.get((row["answer_questionnaire_code"], row["answer"]))
        if key is not None:
            used.setdefault((row["questionnaire_code"], row["question"]), set()).add(key)
    return used


def ordered(questions: Collection[Question], ratings: Collection[Row]) -> list[Question]:
    """The ratings, inner first.

    Raises:
        Refused: ``rating-loop``.
    """
    used = used_by(questions, ratings)
    found: dict[Key, Question] = {}
    by_key = {one.key: one for one in questions if one.is_rating}
    for key in by_key:
        _visit(key, by_key, used, found, ())
    return list(found.values())


def _visit(
    key: Key, by_key: Mapping[Key, Question], used: Mapping[Key, set[Key]], found: dict[Key, Question],
    way: tuple[Key, ...],
) -> None:  # fmt: skip
    if key in way:
        circle = " -> ".join(str(by_key[one]) for one in (*way[way.index(key) :], key))
        raise Refused(f"a rating builds on itself: {circle}", code="rating-loop")
    if key in found or key not in by_key:
        return
    for inner in sorted(used.get(key, ())):
        _visit(inner, by_key, used, found, (*way, key))
    found[key] = by_key[key]


def depending(questions: Collection[Question], ratings: Collection[Row], changed: Collection[Key]) -> list[Question]:
    """The ratings that build on these questions, directly or through others, inner first."""
    used = used_by(questions, ratings)
    reached = set(changed)
    found = []
    for question in ordered(questions, ratings):
        if used.get(question.key, set()) & reached:
            reached.add(question.key)
            found.append(question)
    return found
