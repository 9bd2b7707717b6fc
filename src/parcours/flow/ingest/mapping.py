"""Which column of a source is what: profile, time, event type, event id, properties, line items.

As options of a command, as arguments in Python, or as a small TOML file::

    profile = "household_id"            # column with the id of the profile (required)
    time = "transaction_timestamp"      # column with the time of the event (required for events)
    time_format = "%d/%m/%Y %H:%M"      # or unix, unix-ms, unix-us; without: ISO 8601
    zone = "America/New_York"           # of times that name none; without: UTC
    event = "purchase"                  # type of all events, or:
    event_column = "kind"               # column with the type of each event
    id = "basket_id"                    # column with the id of the event; without: computed from the row
    about_nobody = false                # true: the events are about no profile (business events), or
                                        # a list of the event types that are: ["restocked"]
    skip = ["week"]                     # columns that are not wanted
    clear_empty = false                 # profiles: an empty cell clears the attribute (else it says nothing)

    [rename]                            # column = property
    store_id = "store"

    [types]                             # property = type, where it must not be found out
    coupon_upc = "string"

    [lines]                             # rows that are the lines of one event each
    into = "items"                      # property with the list of lines
    columns = ["product_id", "quantity", "sales_value"]
    totals = { total = "sales_value" }  # property = column to add up over the lines
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from parcours.core.errors import InputError, nearest
from parcours.core.ids import checked_name
from parcours.core.schema import Type
from parcours.flow.ingest.times import checked_zone

#: Column names that are taken for the profile's id when none is named, in this order.
PROFILE_NAMES = ("profile_id", "_profile_id", "profile", "customer_id", "user_id", "household_id")
#: The same for the time of an event.
TIME_NAMES = ("time", "_time", "timestamp", "event_time", "occurred_at", "date")


@dataclass(frozen=True, slots=True)
class Lines:
    """Flat rows that become one event per id: ``columns`` go into list ``into``, ``totals`` are sums over them."""

    into: str = "items"
    columns: tuple[str, ...] = ()
    totals: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """Which column is what; see the module for the meaning of each field. Keys name columns of the source."""

    profile: str | None = None
    time: str | None = None
    time_format: str | None = None
    zone: str = "UTC"
    event: str | None = None
    event_column: str | None = None
    id: str | None = None
    skip: tuple[str, ...] = ()
    rename: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, Type] = field(default_factory=dict)
    lines: Lines | None = None
    about_nobody: bool | tuple[str, ...] = False
    clear_empty: bool = False

    @property
    def names_profiles(self) -> bool:
        """Whether some events are about profiles, so that a column says which."""
        if isinstance(self.about_nobody, bool):
            return not self.about_nobody
        return self.event_column is not None or self.event not in self.about_nobody

    def own_columns(self) -> tuple[str, ...]:
        """Columns with a meaning of their own, which become no property."""
        named = (self.profile, self.time, self.event_column, self.id)
        return tuple(name for name in named if name is not None)


def read_mapping(path: Path | str) -> ColumnMapping:
    """The mapping in a TOML file.

    Raises:
        InputError: unreadable, not TOML, or with unknown or ill-typed keys.
    """
    path = Path(path)
    try:
        shape = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(f"cannot be read: {problem}", code="unreadable-file", where=str(path)) from problem
    except tomllib.TOMLDecodeError as problem:
        raise InputError(f"this is not TOML: {problem}", code="bad-toml", where=str(path)) from None
    return mapping_of(shape, where=str(path))


def mapping_of(shape: Mapping[str, object], where: str = "mapping") -> ColumnMapping:
    """The mapping that plain data describe.

    Raises:
        InputError: unknown or ill-typed keys.
    """
    known = {part.name for part in fields(ColumnMapping)}
    for key in shape:
        if key not in known:
            raise InputError(
                f"{key!r} is no part of a column mapping", code="unknown-key", where=where, hint=nearest(key, known)
            )
    values: dict[str, object] = {}
    for key, value in shape.items():
        values[key] = _part(key, value, f"{where}: {key}")
    return ColumnMapping(**values)  # type: ignore[arg-type]


def _part(key: str, value: object, where: str) -> object:
    if key == "skip":
        return tuple(_texts(value, where))
    if key == "rename":
        return _table(value, where)
    if key == "types":
        return {name: Type.from_json(kind) for name, kind in _mapping(value, where).items()}
    if key == "lines":
        return _lines(_mapping(value, where), where)
    if key == "about_nobody":
        if isinstance(value, bool):
            return value
        return tuple(checked_name(name, "an event type") for name in _texts(value, where))
    if key == "clear_empty":
        return _expect(value, bool, "true or false", where)
    return _expect(value, str, "a text", where)


def _lines(shape: Mapping[str, object], where: str) -> Lines:
    for key in shape:
        if key not in ("into", "columns", "totals"):
            raise InputError(
                f"{key!r} is no part of lines", code="unknown-key", where=where, hint="into, columns, totals"
            )
    return Lines(
        into=str(shape.get("into", "items")),
        columns=tuple(_texts(shape.get("columns", ()), where)),
        totals=_table(shape.get("totals", {}), where),
    )


def _expect(value: object, kind: type, words: str, where: str) -> object:
    if isinstance(value, kind):
        return value
    raise InputError(f"must be {words}, not {value!r}", code="bad-mapping", where=where)


def _mapping(value: object, where: str) -> Mapping[str, object]:
    _expect(value, Mapping, "a table", where)
    return value  # type: ignore[return-value]


def _table(value: object, where: str) -> dict[str, str]:
    return {str(key): str(_expect(part, str, "a text", where)) for key, part in _mapping(value, where).items()}


def _texts(value: object, where: str) -> list[str]:
    if isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(part, str) for part in value):
        return list(value)
    raise InputError(f"must be a list of column names, not {value!r}", code="bad-mapping", where=where)


# --- a mapping against the columns of a source ---------------------------------------------------------


def for_events(mapping: ColumnMapping, columns: Sequence[str], source: str) -> ColumnMapping:
    """The mapping with all it needs for events: profile and time found, every named column there.

    Raises:
        InputError: a column that is missing, a type of event that is not named, an unknown time zone, a column of
            profiles where no event is about one.
    """
    mapping = replace(
        mapping,
        profile=_profile_column(mapping, columns, source),
        time=mapping.time or _guess("time", TIME_NAMES, columns, source),
    )
    if mapping.event is None and mapping.event_column is None:
        raise InputError(
            "the type of the events is not named",
            code="no-event-type",
            where=source,
            hint="name one type for all rows (event = purchase) or the column that holds it (event_column)",
        )
    if mapping.event is not None:
        checked_name(mapping.event, "an event type")
    _check(mapping, columns, source)
    if mapping.lines is not None:
        _check_lines(mapping, mapping.lines, source)
    return mapping


def _profile_column(mapping: ColumnMapping, columns: Sequence[str], source: str) -> str | None:
    if mapping.names_profiles:
        other = "; or say that the events are about nobody (about_nobody = true)"
        return mapping.profile or _guess("profile", PROFILE_NAMES, columns, source, other)
    if mapping.profile is not None:
        raise InputError(
            f"events about nobody have no profile, and column {mapping.profile!r} is named for it",
            code="bad-mapping",
            where=source,
            hint='leave profile out; where only some types are about nobody, list these: about_nobody = ["restocked"]',
        )
    return None


def for_profiles(mapping: ColumnMapping, columns: Sequence[str], source: str) -> ColumnMapping:
    """The mapping with all it needs for profiles.

    Raises:
        InputError: a column that is missing, an unknown time zone, or parts that only events have.
    """
    names = (*PROFILE_NAMES, "id")
    mapping = replace(mapping, profile=mapping.profile or mapping.id or _guess("profile", names, columns, source))
    for part in ("event", "event_column", "lines", "about_nobody"):
        if getattr(mapping, part) not in (None, False, ()):
            raise InputError(
                f"profiles have no {part!r}", code="bad-mapping", where=source, hint="import events instead"
            )
    mapping = replace(mapping, id=None)
    _check(mapping, columns, source)
    return mapping


def _guess(what: str, names: Iterable[str], columns: Sequence[str], source: str, other: str = "") -> str:
    lowered = {column.lower(): column for column in columns}
    for name in names:
        if name in lowered:
            return lowered[name]
    raise InputError(
        f"the column with the {what} is not named",
        code="no-such-column",
        where=source,
        hint=f"name it ({what} = …){other}; columns: " + ", ".join(columns[:20]),
    )


def _check(mapping: ColumnMapping, columns: Sequence[str], source: str) -> None:
    lines = mapping.lines or Lines()
    named = [*mapping.own_columns(), *mapping.skip, *mapping.rename, *lines.columns, *lines.totals.values()]
    for name in named:
        if name not in columns:
            raise InputError(
                f"there is no column {name!r}",
                code="no-such-column",
                where=source,
                hint=nearest(name, columns) or "columns: " + ", ".join(columns[:20]),
            )
    checked_zone(mapping.zone, source)
    properties = set(names_of(mapping, columns, source).values()) | set(lines.totals) | {lines.into}
    for name in mapping.types:
        if name not in properties:
            raise InputError(
                f"a type is given for {name!r}, which no column becomes",
                code="no-such-column",
                where=source,
                hint=nearest(name, properties),
            )


def _check_lines(mapping: ColumnMapping, lines: Lines, source: str) -> None:
    checked_name(lines.into, "a property")
    if mapping.id is None:
        raise InputError(
            "lines can only be put together by the id of their event",
            code="bad-mapping",
            where=source,
            hint="name the column with the event's id (id = …)",
        )
    if not lines.columns:
        raise InputError(
            "no column is named for the lines", code="bad-mapping", where=source, hint="lines.columns = […]"
        )


def names_of(mapping: ColumnMapping, columns: Sequence[str], source: str) -> dict[str, str]:
    """Column of the source -> name of the property it becomes, in the order of the source.

    Characters that a name cannot have become ``_``.

    Raises:
        InputError: two columns would become the same property (upper and lower case count as the same), or
            a name cannot be made.
    """
    apart = {*mapping.own_columns(), *mapping.skip}
    names = {
        column: checked_name(mapping.rename.get(column) or clean_name(column), f"a property (column {column!r})")
        for column in columns
        if column not in apart
    }
    seen: dict[str, str] = {}
    for column, name in names.items():
        other = seen.setdefault(name.lower(), column)
        if other != column:
            raise InputError(
                f"columns {other!r} and {column!r} would both become {name!r}",
                code="duplicate-column",
                where=source,
                hint="rename or skip one of them",
            )
    return names


def clean_name(column: str) -> str:
    """A column's title made into a name: ``Total amount (EUR)`` becomes ``Total_amount_EUR``."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", column).strip("_-")
    return f"c_{name}" if name[:1].isdigit() else name or "_"
