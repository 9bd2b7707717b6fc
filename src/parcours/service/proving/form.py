"""The form of test files: what happens to whom when, and what has to be so at which instants.

A file of the folder ``tests`` holds one or several documents, each a test::

    test: A gold customer is greeted
    tick: 1 day
    profiles:
      - {id: ann, email: ann@example.com}
    events:
      - {event: purchase, profile: ann, time: 2024-01-02T10:00:00Z, total: 600}
    steps:
      - at: 2024-01-03
        members: {gold: [ann]}
        journeys: {welcome-gold: {ann: pause}}
        messages: [{profile: ann, activity: mail, subject: Welcome}]

A document that begins with ``schema:`` names attributes and events that no test tells of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from parcours.core.clock import duration, instant
from parcours.core.errors import DefinitionError, InputError, ParcoursError
from parcours.core.schema import Schema
from parcours.flow.segments.documents import SUFFIXES, TESTS, Document, read_documents

Moment = Annotated[str, Meta(description="An instant: 2024-01-03, or 2024-01-03T10:30:00Z. Without a zone it is UTC.")]
_Ids = Annotated[list[str], Meta(description="Ids of profiles.")]


class ExpectedMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message that was decided. What is left out may be anything."""

    profile: Annotated[str, Meta(description="Id of the profile.")]
    journey: Annotated[str | None, Meta(description="Id of the journey.")] = None
    activity: Annotated[str | None, Meta(description="Id of the activity that sends it.")] = None
    channel: Annotated[str | None, Meta(description="The channel, for example email.")] = None
    to: Annotated[str | None, Meta(description="Where it goes.")] = None
    subject: Annotated[str | None, Meta(description="The whole subject.")] = None
    contains: Annotated[list[str] | str, Meta(description="Texts that stand in its body.")] = []


class ToldSignal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody does with the newest message of an activity, behind the step."""

    profile: Annotated[str, Meta(description="Id of the profile.")]
    journey: Annotated[str, Meta(description="Id of the journey.")]
    activity: Annotated[str, Meta(description="Id of the activity that sent it.")]
    signal: Annotated[str, Meta(description="opened, clicked, unsubscribed …")]
    link: Annotated[str | None, Meta(description="Label or address of the link that was followed.")] = None


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An instant at which it is looked, and what has to be so then."""

    at: Moment
    members: Annotated[dict[str, _Ids], Meta(description="By segment, exactly its members.")] = {}
    counts: Annotated[dict[str, int], Meta(description="By segment, how many members it has.")] = {}
    inside: Annotated[dict[str, _Ids], Meta(description="By profile, segments that it is in.")] = {}
    outside: Annotated[dict[str, _Ids], Meta(description="By profile, segments that it is not in.")] = {}
    journeys: Annotated[
        dict[str, dict[str, list[str] | str | None]],
        Meta(description="By journey and profile, the activity at which it is; null: it is not in the journey."),
    ] = {}
    passed: Annotated[
        dict[str, dict[str, list[str]]],
        Meta(description="By journey and profile, the activities that it came to so far, in order."),
    ] = {}
    messages: Annotated[
        list[ExpectedMessage] | None,
        Meta(description="Exactly the messages that were decided since the step before, in any order."),
    ] = None
    signals: Annotated[list[ToldSignal], Meta(description="What people do with messages then.")] = []


class Trial(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A test."""

    test: Annotated[str, Meta(description="Its name.", min_length=1)]
    about: Annotated[str, Meta(description="What it is for.")] = ""
    start: Annotated[Moment | None, Meta(description="The first tick; by default the first thing that happens.")] = None
    tick: Annotated[str, Meta(description="Time between two ticks. What happens in between the next one sees.")] = (
        "1 hour"
    )
    profiles: Annotated[
        list[dict[str, Any]],
        Meta(description="Attributes of profiles: id, the attributes, and time where it is not the start."),
    ] = []
    events: Annotated[
        list[dict[str, Any]],
        Meta(description="Events: event (its type), profile, time, its properties; id where it matters."),
    ] = []
    steps: Annotated[list[Step], Meta(description="Instants in order, and what has to be so.", min_length=1)]


class Written(msgspec.Struct, frozen=True):
    """A test, and where it stands."""

    trial: Trial
    document: Document

    @property
    def place(self) -> str:
        """File, line and column."""
        return self.document.place()


class Trials(msgspec.Struct, frozen=True):
    """The tests of a folder, and the names that they presuppose."""

    tests: Sequence[Written]
    schema: Schema


def read_trials(folder: Path) -> Trials:
    """The tests of a folder of definitions: every file in its folders ``tests``, or one such file.

    Raises:
        InputError: there are none, or a file cannot be read.
        DefinitionError: ``problems`` holds everything that is wrong in form.
    """
    problems: list[ParcoursError] = []
    tests: list[Written] = []
    schema = Schema()
    for document in _documents(folder):
        try:
            if "schema" in document:
                schema = _schema(document, schema)
            else:
                tests.append(Written(_trial(document), document))
        except DefinitionError as error:
            problems.append(error)
    if problems:
        raise DefinitionError(f"the tests have {len(problems)} problems", where=str(folder), problems=problems)
    if not tests:
        hint = f"tests are .yaml files in {folder / TESTS}, each document starting with test:"
        raise InputError("there are no tests here", code="no-tests", where=str(folder), hint=hint)
    return Trials(tests, schema)


def _documents(folder: Path) -> Iterator[Document]:
    if folder.is_file():
        yield from read_documents(folder)
        return
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder).parts[:-1]
        if TESTS in inside and file.suffix.lower() in SUFFIXES and file.is_file() and file.name[0] != ".":
            yield from read_documents(file)


def _schema(document: Document, known: Schema) -> Schema:
    try:
        found = Schema.from_json(document["schema"])  # type: ignore[arg-type]
    except (ParcoursError, TypeError, ValueError, KeyError, AttributeError) as error:
        message = error.message if isinstance(error, ParcoursError) else "expected attributes and events with types"
        hint = "schema: {attributes: {age: integer}, events: {purchase: {total: decimal}}}"
        raise DefinitionError(message, code="bad-schema", where=document.place("schema"), hint=hint) from error
    known = known.with_attributes(found.attributes)
    for event, properties in found.events.items():
        known = known.with_event(event, properties)
    return known


def _trial(document: Document) -> Trial:
    try:
        trial = msgspec.convert(dict(document), Trial)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$")
        place = re.sub(r"\[\.\.\.\]", "", path.removesuffix("`")).lstrip(".")
        hint = "docs/reference/test-files.md describes the form"
        raise DefinitionError(_lowered(message), code="bad-test", where=document.place(place), hint=hint) from None
    for problem in _problems(trial):
        where, message = problem
        raise DefinitionError(message, code="bad-test", where=document.place(where))
    return trial


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:]


def _problems(trial: Trial) -> Iterator[tuple[str, str]]:
    """What the types do not say."""
    try:
        duration(trial.tick)
    except InputError as error:
        yield "tick", error.message
    last: int | None = None
    for number, step in enumerate(trial.steps):
        try:
            at = instant(step.at)
        except InputError as error:
            yield f"steps[{number}].at", error.message
            continue
        if last is not None and at <= last:
            yield f"steps[{number}].at", "steps stand in order of time"
        last = at
    for name, rows, needed in (("profiles", trial.profiles, ("id",)), ("events", trial.events, _EVENT)):
        for number, row in enumerate(rows):
            for key in needed:
                if not isinstance(row.get(key), str | int) or isinstance(row.get(key), bool):
                    yield f"{name}[{number}]", f"there is no {key!r}"
            if "time" in row and not _is_instant(row["time"]):
                yield f"{name}[{number}].time", f"{row['time']!r} is not a date or time"


_EVENT = ("event", "profile", "time")


def _is_instant(value: object) -> bool:
    try:
        instant(str(value))
    except InputError:
        return False
    return True


def json_schema() -> Mapping[str, Any]:
    """The JSON Schema of a test."""
    return msgspec.json.schema(Trial)
