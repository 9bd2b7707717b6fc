"""The people of a scenario, and what is known of them, as rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from parcours.core.facts import EVENT_COLUMNS, INSTANT, NEW_PROFILE_COLUMNS, PROFILE_CHANGE_COLUMNS
from parcours.core.schema import Kind, Schema, Type, polars_type
from parcours.language.contexts import shapes
from tests.conformance.scenarios.names import (
    ADDRESS,
    EMAIL,
    IDENTITIES,
    PHONE,
    TEST,
    ZONE,
    Names,
    consent_of,
    member_of,
)

#: Number of somebody nobody is: the person of a business event.
NOBODY = -1


@dataclass(frozen=True)
class Person:
    """A person: id, and the attributes at the start."""

    id: str
    attributes: Mapping[str, Any]


def people_of(case: Mapping[str, Any], names: Names) -> list[Person]:
    """Everybody, in the order of the scenario, with membership and settings as attributes."""
    found = []
    own = EMAIL in dict(names.attributes.fields)
    for written in _written(case):
        attributes = {**written.get("attrs", {}), ADDRESS: address_of(written), PHONE: written["id"]}
        if not own or written.get("suppressed"):
            attributes[EMAIL] = address_of(written)
        attributes[TEST] = bool(written.get("test"))
        if written.get("timezone"):
            attributes[ZONE] = written["timezone"]
        attributes |= {consent_of(channel): said for channel, said in written.get("consent", {}).items()}
        if written.get("identities") is not None:
            attributes[IDENTITIES] = written["identities"]
        for segment, shape in case.get("segments", {}).items():
            status = shape.get("members", {}).get(written["id"])
            if status is not None:
                attributes[member_of(segment)] = status != "exited"
        found.append(Person(written["id"], attributes))
    return found


def suppressed(case: Mapping[str, Any]) -> list[str]:
    """The addresses that nothing is sent to."""
    return [address_of(person) for person in _written(case) if person.get("suppressed")]


def address_of(person: Mapping[str, Any]) -> str:
    """The mail address of a person."""
    return str(person.get("attrs", {}).get(EMAIL) or f"{person['id']}@example.com")


def _written(case: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for person in case.get("profiles", []):
        if "generate" in person:
            generate = person["generate"]
            rest = {name: value for name, value in generate.items() if name not in ("prefix", "count")}
            for number in range(1, generate["count"] + 1):
                yield {**rest, "id": f"{generate['prefix']}{number}"}
        else:
            yield person


def new_profiles(people: Sequence[Person], at: int) -> pl.DataFrame:
    """The rows that make people known; their numbers are their positions."""
    rows = {"_profile": list(range(len(people))), "_profile_id": [person.id for person in people], "_time": at}
    return pl.DataFrame(rows, schema=_physical(NEW_PROFILE_COLUMNS)).cast(dict(NEW_PROFILE_COLUMNS))


def changes(rows: Sequence[tuple[int, Mapping[str, Any]]], schema: Schema, at: int) -> pl.DataFrame:
    """Rows that set attributes: number of the person and values."""
    names = list(dict.fromkeys(name for _, values in rows for name in values))
    columns: dict[str, pl.Series] = {
        "_profile": pl.Series([number for number, _ in rows], dtype=pl.Int32),
        "_time": pl.Series([at] * len(rows), dtype=pl.Int64).cast(INSTANT),
        "_set": pl.Series([list(values) for _, values in rows], dtype=pl.List(pl.String)),
    }
    assert list(columns) == list(PROFILE_CHANGE_COLUMNS)
    for name in names:
        columns[name] = _column([values.get(name) for _, values in rows], schema.attributes[name])
    return pl.DataFrame(columns)


def events(
    profiles: Sequence[int | None], payload: Mapping[str, Any], types: Mapping[str, Type], at: int, first: int
) -> pl.DataFrame:
    """Events with the same payload about each of these people; their ids are counted from ``first``."""
    count = len(profiles)
    columns = {
        "_event_id": pl.Series([f"event {first + number}" for number in range(count)], dtype=pl.String),
        "_profile": pl.Series(profiles, dtype=pl.Int32),
        "_time": pl.Series([at] * count, dtype=pl.Int64).cast(INSTANT),
    }
    assert list(columns) == list(EVENT_COLUMNS)
    for name, type_ in types.items():
        columns[name] = _column([payload.get(name)] * count, type_)
    return pl.DataFrame(columns)


def _column(values: Sequence[Any], type_: Type) -> pl.Series:
    return pl.Series([_typed(value, type_) for value in values], dtype=polars_type(type_))


def _typed(value: Any, type_: Type) -> Any:
    if type_.kind is Kind.STRING and value is not None and not isinstance(value, str):
        return str(value)
    return shapes.converted(value, type_)


def _physical(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {name: pl.Int64 if isinstance(kind, pl.Datetime) else kind for name, kind in columns.items()}
