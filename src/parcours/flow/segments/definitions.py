"""Definitions of segments: what a file says, checked in form; the typed rule; the order of evaluation.

A file holds one or several documents, each a segment or a journey::

    segment: silver
    name: Silver customers
    description: Spent 250 or more in the last 90 days
    tags: [value]
    rule: {event: purchase, sum: total, in_last: 90 days, at_least: 250}
    evaluation: {method: batch, schedule: "0 3 * * *", zone: Europe/Paris}    # left out: kept up to date at once

Journeys are handed on as they are: the stage that runs them reads them.
"""

from __future__ import annotations

import graphlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from parcours.core.errors import CycleError, DefinitionError, InputError, ParcoursError, UnknownNameError, nearest
from parcours.core.ids import checked_name
from parcours.core.schema import Schema
from parcours.flow.segments.documents import Document, Located, read_documents
from parcours.flow.segments.schedules import Schedule, evaluation_problems
from parcours.language.frontends import read_rule
from parcours.language.tree import Node, members

SEGMENT_KEYS = ("segment", "name", "description", "tags", "rule", "evaluation")
KINDS = ("segment", "journey", "action", "source", "endpoint", "rule_set")


@dataclass(frozen=True, slots=True)
class SegmentDefinition:
    """A segment as its author wrote it. ``rule`` is the rule as plain data: a rule tree, or a text by its language.

    ``schedule`` says when a batch segment is evaluated; without it the segment is kept up to date.
    ``version`` counts the published forms of the segment and is set by the catalogue. ``document`` knows the
    file and line of every part, when the definition was read from a file.
    """

    id: str
    name: str
    rule: Mapping[str, object]
    description: str = ""
    tags: tuple[str, ...] = ()
    version: int = 1
    schedule: Schedule | None = None
    document: Document | None = field(default=None, compare=False, repr=False)

    def to_json(self) -> dict[str, object]:
        """The definition as a file holds it; :meth:`from_json` reads it back (``version`` is not part of it)."""
        shape: dict[str, object] = {"segment": self.id, "name": self.name}
        if self.description:
            shape["description"] = self.description
        if self.tags:
            shape["tags"] = list(self.tags)
        shape["rule"] = self.rule
        if self.schedule is not None:
            shape["evaluation"] = self.schedule.to_json()
        return shape

    @staticmethod
    def from_json(shape: Mapping[str, object], version: int = 1) -> SegmentDefinition:
        """The definition of a document.

        Raises:
            DefinitionError: its form is wrong; ``problems`` holds everything that is.
        """
        document = shape if isinstance(shape, Document) else None
        problems = _problems(shape)
        if problems:
            raise DefinitionError(
                f"the definition of segment {shape.get('segment')!r} cannot be accepted",
                where=document.place() if document is not None else None,
                problems=[_placed(problem, document) for problem in problems],
            )
        id_, tags, rule, evaluation = (
            str(shape["segment"]),
            shape.get("tags", ()),
            shape["rule"],
            shape.get("evaluation"),
        )
        assert isinstance(tags, list | tuple)
        assert isinstance(rule, Mapping)
        return SegmentDefinition(
            id=id_,
            name=str(shape.get("name", id_)),
            rule=rule,
            description=str(shape.get("description", "")).strip(),
            tags=tuple(str(tag) for tag in tags),
            version=version,
            schedule=Schedule.from_json(evaluation) if isinstance(evaluation, Mapping) else None,
            document=document,
        )


def _problems(shape: Mapping[str, object]) -> list[ParcoursError]:
    known = [key for key in shape if key in SEGMENT_KEYS]
    problems: list[ParcoursError] = [_unknown_key(str(key)) for key in shape if key not in known]
    try:
        found = shape.get("segment", "")
        checked_name(found if isinstance(found, str) else repr(found), "a segment")
    except InputError as error:
        problems.append(_wrong("segment", error.message, error.hint))
    for key in ("name", "description"):
        if not isinstance(shape.get(key, ""), str):
            problems.append(_wrong(key, f"expected a text, found {shape[key]!r}", "put it in quotes"))
    tags = shape.get("tags", [])
    if not isinstance(tags, list | tuple) or not all(isinstance(tag, str) for tag in tags):
        problems.append(
            _wrong("tags", f"expected a list of texts, found {tags!r}", "for example: tags: [value, loyalty]")
        )
    example = "for example: rule: {event: purchase, in_last: 30 days, at_least: 2}"
    if "rule" not in shape:
        problems.append(_wrong("rule", "there is no rule", example))
    elif not isinstance(shape["rule"], Mapping):
        problems.append(_wrong("rule", f"expected a rule, found {shape['rule']!r}", example))
    if shape.get("evaluation") is not None:
        problems.extend(evaluation_problems(shape["evaluation"]))
    return problems


def _wrong(where: str, message: str, hint: str | None) -> DefinitionError:
    return DefinitionError(message, where=where, hint=hint)


def _unknown_key(key: str) -> DefinitionError:
    hint = nearest(key, SEGMENT_KEYS) or "a segment has: " + ", ".join(SEGMENT_KEYS)
    return DefinitionError(f"{key!r} is not a key of a segment", code="unknown-key", where=key, hint=hint)


def _placed(problem: ParcoursError, document: Document | None) -> ParcoursError:
    """The same problem with file, line and column in front of its path."""
    return problem if document is None else document.placed(problem)


# --- reading -------------------------------------------------------------------------------------------


def read_definitions(path: Path | str, also: Collection[str] = ()) -> list[SegmentDefinition | Mapping[str, object]]:
    """All definitions of a file, or of every ``.yaml``, ``.yml`` and ``.json`` file below a folder, by file name.

    Segments are checked in form, not against a schema (:func:`compile_rule` does that). Journeys, rule sets, custom
    actions, data sources and endpoints come as plain mappings, and so does what is of the kinds in ``also``. Folders
    ``tests`` inside a folder hold no definitions.

    Raises:
        InputError: the path does not exist, cannot be read, or holds no definitions.
        DefinitionError: ``problems`` holds what is wrong in any of the files: broken YAML with line and column,
            unknown keys, ids that stand twice.
    """
    documents, problems = _documents(path if isinstance(path, Located) else Located.read(path))
    definitions: list[SegmentDefinition | Mapping[str, object]] = []
    seen: dict[tuple[str, str], Document] = {}
    for document in documents:
        try:
            definition = _definition(document, (*KINDS, *also))
            _check_new(document, seen, (*KINDS, *also))
        except DefinitionError as error:
            problems.extend(error.problems or [error])
        else:
            definitions.append(definition)
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise DefinitionError(f"the definitions have {count}", where=str(path), problems=problems)
    return definitions


def _documents(path: Located) -> tuple[list[Document], list[ParcoursError]]:
    if path.files is None:
        raise InputError("there is no such file or folder", code="unreadable-file", where=path)
    documents: list[Document] = []
    problems: list[ParcoursError] = []
    for file, content in path.files.items():
        try:
            documents += read_documents(Path(file), content)
        except (DefinitionError, InputError) as error:
            problems.append(error)
    if not documents and not problems:
        hint = "definitions are .yaml, .yml or .json files, each document starting with segment: or journey:"
        raise InputError("there are no definitions here", code="no-definitions", where=path, hint=hint)
    return documents, problems


def _definition(document: Document, known: Sequence[str]) -> SegmentDefinition | Mapping[str, object]:
    kinds = [kind for kind in known if kind in document]
    if not kinds:
        found = [str(key) for key in document]
        hint = next((hint for key in found if (hint := nearest(key, known)) and hint.startswith("did")), None)
        raise DefinitionError(
            f"neither segment: nor journey: says what this defines; found {', '.join(found) or 'nothing'}",
            code="no-kind",
            where=document.place(),
            hint=hint or "start it with segment: followed by its id",
        )
    if len(kinds) > 1:
        raise DefinitionError(
            "a definition is either a segment or a journey",
            code="no-kind",
            where=document.place(kinds[1]),
            hint="separate two definitions with a line of three dashes: ---",
        )
    return SegmentDefinition.from_json(document) if kinds == ["segment"] else document


def _check_new(document: Document, seen: dict[tuple[str, str], Document], known: Sequence[str]) -> None:
    kind = next(kind for kind in known if kind in document)
    key = kind, str(document[kind])
    if key in seen:
        raise DefinitionError(
            f"{kind} {key[1]!r} is defined twice, first in {seen[key].place()}",
            code="defined-twice",
            where=document.place(kind),
        )
    seen[key] = document


# --- rules ---------------------------------------------------------------------------------------------


def compile_rule(definition: SegmentDefinition, schema: Schema, segments: Collection[str] | None = None) -> Node:
    """The typed rule of a segment, its names found in ``schema`` and among ``segments``.

    Raises:
        DefinitionError: ``problems`` holds every problem, with file, line and column when they are known.
    """
    try:
        return read_rule(definition.rule, schema, segments)
    except DefinitionError as error:
        document = definition.document
        raise DefinitionError(
            f"segment {definition.id!r}: {error.message}",
            code=error.code,
            where=document.place() if document is not None else None,
            problems=[_placed(problem, document) for problem in error.problems],
        ) from None


def dependency_order(rules: Mapping[str, Node], known: Collection[str] = ()) -> list[str]:
    """The segments of ``rules`` so that each comes after those its rule refers to.

    ``known`` are segments that exist beside them. The order depends on nothing but ``rules``.

    Raises:
        UnknownNameError: a rule refers to a segment that does not exist.
        CycleError: segments refer to each other in a circle; the message names it.
    """
    references = {segment: members(rule) for segment, rule in rules.items()}
    _check_references(references, known)
    inner = {segment: [name for name in names if name in rules] for segment, names in references.items()}
    try:
        return list(graphlib.TopologicalSorter(inner).static_order())
    except graphlib.CycleError as error:
        raise _cycle(list(reversed(error.args[1])), list(rules)) from None


def _check_references(references: Mapping[str, Collection[str]], known: Collection[str]) -> None:
    names = {*references, *known}
    problems = [
        UnknownNameError(
            f"segment {segment!r} refers to {name!r}, which does not exist",
            code="unknown-segment",
            where=segment,
            hint=nearest(name, names - {segment}),
        )
        for segment, referred in references.items()
        for name in referred
        if name not in names
    ]
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise UnknownNameError(
            f"{len(problems)} references to segments that do not exist", code="unknown-segment", problems=problems
        )


def _cycle(circle: list[str], order: list[str]) -> CycleError:
    """The error for a circle (first = last), which starts at the segment that was defined first."""
    ring = circle[:-1]
    start = min(range(len(ring)), key=lambda position: order.index(ring[position]))
    named = [*ring[start:], *ring[: start + 1]]
    return CycleError(
        "segments refer to each other in a circle: " + " -> ".join(named),
        where=named[0],
        hint="take one of these references out, or repeat the condition instead",
    )
