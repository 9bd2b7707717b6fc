"""How arguments and results travel: plain values as MessagePack has them, everything else with a tag in front.

Every list, mapping and object is an array whose first element says what it is. Frames are Arrow IPC. Objects are sent
as what they hold, and are made anew by their class on the other side; which classes that may be, the reader says
(:mod:`.shapes`): nothing is ever imported, found or run because its name came over the wire.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import Enum
from pathlib import Path, PurePath
from typing import Any, Literal, TypeAlias, cast
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import polars as pl

from parcours.core.errors import InputError, ParcoursError
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.segments.documents import Document, Located
from parcours.flow.segments.scalars import Scalar
from parcours.service.remote import failures
from parcours.service.remote.shapes import is_named_tuple, is_room, is_value, name_of

#: What has the form of MessagePack: plain values, and lists of these.
Packed: TypeAlias = Any
Compression: TypeAlias = Literal["uncompressed", "lz4"]
_PLAIN = (str, bytes, bool, float, type(None))
_LARGEST = 2**63
_encoder, _decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder()


def to_bytes(packed: Packed) -> bytes:
    """A message as bytes."""
    return _encoder.encode(packed)


def from_bytes(content: bytes | bytearray | memoryview) -> Packed:
    """The message that bytes hold.

    Raises:
        InputError: they hold none.
    """
    try:
        return _decoder.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise broken(str(error)) from None


def broken(what: str) -> InputError:
    """The error for a message that cannot be read."""
    return InputError(
        f"the message cannot be read: {what}",
        code="broken-message",
        hint="both sides should run one version of Parcours",
    )


class Packer:
    """Values into messages.

    Args:
        call: gives the number of something to be called; without it nothing of the kind can be sent.
        keep: gives the number of a room that stays here.
        compression: of frames.
    """

    def __init__(
        self,
        call: Callable[[Callable[..., Any]], int] | None = None,
        keep: Callable[[object], str] | None = None,
        compression: Compression = "uncompressed",
    ) -> None:
        self._call, self._keep, self._compression = call, keep, compression

    def pack(self, value: Any) -> Packed:
        """A value as a message.

        Raises:
            TypeError: values of its class do not travel.
        """
        if isinstance(value, _PLAIN) and type(value) in _PLAIN:
            return value
        if type(value) is int:
            return value if -_LARGEST <= value < _LARGEST else ["int", str(value)]
        if isinstance(value, ParcoursError):
            return ["error", *failures.packed(value, self.pack)]
        return self._object(value) if is_value(type(value)) else self._other(value)

    def _object(self, value: Any) -> Packed:
        kind = type(value)
        if isinstance(value, JourneyDefinition):
            return ["journey", self.pack(value.to_json())]
        if isinstance(value, Enum):
            return ["enum", name_of(kind), value.name]
        if is_named_tuple(kind):
            return ["made", name_of(kind), [[name, self.pack(getattr(value, name))] for name in kind._fields]]
        names = [each.name for each in fields(value) if each.init] if is_dataclass(value) else value.__struct_fields__
        return ["made", name_of(kind), [[name, self.pack(getattr(value, name))] for name in names]]

    def _other(self, value: Any) -> Packed:
        match value:
            case pl.DataFrame() | pl.LazyFrame() | pl.Series():
                return self._frame(value)
            case Document():
                return [
                    "document",
                    self._pairs(value),
                    value.source,
                    self.pack(value.positions),
                    self.pack(value.scalars),
                ]
            case Located():
                return ["located", str(value), self.pack(value.files)]
            case Mapping():
                return ["map", self._pairs(value)]
            case tuple():
                return ["tuple", self._each(value)]
            case set():
                return ["set", self._each(value)]
            case frozenset():
                return ["frozenset", self._each(value)]
            case datetime():
                return ["datetime", value.replace(tzinfo=None).isoformat(), value.fold, _zone(value.tzinfo)]
            case date() | time():
                return [type(value).__name__, value.isoformat()]
            case timedelta():
                return ["timedelta", value.days, value.seconds, value.microseconds]
            case Decimal():
                return ["decimal", str(value)]
            case PurePath():
                return ["path", str(value)]
            case _:
                return self._odd(value)

    def _odd(self, value: Any) -> Packed:
        if isinstance(value, pl.DataType) or (isinstance(value, type) and issubclass(value, pl.DataType)):
            return ["dtype", self._frame(pl.Series("", [], value))]
        if isinstance(value, np.generic):
            return self.pack(value.item())
        if isinstance(value, np.ndarray):
            return ["array", self._frame(pl.Series("", value))]
        if isinstance(value, (bytearray, memoryview)):
            return bytes(value)
        if isinstance(value, (str, int, float)):  # of a class of its own that adds nothing
            return self.pack(next(kind(value) for kind in (str, int, float) if isinstance(value, kind)))
        if is_room(type(value)) and self._keep is not None:
            return ["room", name_of(type(value)), self._keep(value)]
        if callable(value) and self._call is not None:
            return ["call", self._call(value)]
        if isinstance(value, Sequence):
            return ["list", self._each(value)]
        raise TypeError(f"objects of class {type(value).__name__} cannot be sent to a service")

    def _each(self, values: Any) -> list[Packed]:
        return [self.pack(value) for value in values]

    def _pairs(self, values: Mapping[Any, Any]) -> list[Packed]:
        return [[self.pack(key), self.pack(value)] for key, value in values.items()]

    def _frame(self, value: pl.DataFrame | pl.LazyFrame | pl.Series) -> Packed:
        if isinstance(value, pl.LazyFrame):
            value = value.collect()
        frame = value.to_frame() if isinstance(value, pl.Series) else value
        if pl.Object in frame.dtypes:
            return self._with_objects(value)
        content = io.BytesIO()
        frame.write_ipc(content, compression=self._compression)
        return ["series" if isinstance(value, pl.Series) else "frame", content.getvalue()]

    def _with_objects(self, value: pl.DataFrame | pl.Series) -> Packed:
        """Columns of plain Python values, which Arrow cannot hold, go value by value."""
        if isinstance(value, pl.DataFrame):
            return ["columns", self._each(value.get_columns())]
        return ["objects", value.name, self._each(value.to_list())]


class Unpacker:
    """Messages into values.

    Args:
        classes: those that may be made, by name.
        call: what stands for something to be called on the other side, by its number.
        room: what stands for a room that stays there, by its class and number.
    """

    def __init__(
        self,
        classes: Mapping[str, type],
        call: Callable[[int], Callable[..., Any]] | None = None,
        room: Callable[[type, str], object] | None = None,
    ) -> None:
        self._classes, self._call, self._room = classes, call, room

    def unpack(self, packed: Packed) -> Any:
        """The value of a message.

        Raises:
            InputError: it is broken, or holds an object of a class that is not expected here.
        """
        try:
            return self._value(packed)
        except (
            TypeError,
            ValueError,
            LookupError,
            AttributeError,
            RecursionError,
            OSError,
            pl.exceptions.PolarsError,
        ) as error:
            raise broken(f"{type(error).__name__}: {error}") from None

    def _value(self, packed: Packed) -> Any:
        if not isinstance(packed, list):
            return packed
        tag, *rest = packed
        return cast(Callable[..., Any], getattr(self, f"_read_{tag}"))(*rest)

    def _class(self, name: str) -> Any:
        if name not in self._classes:
            raise broken(f"an object of class {name!r} is not expected here")
        return self._classes[name]

    # --- one for each tag ------------------------------------------------------------------------------

    def _read_list(self, items: list[Packed]) -> list[Any]:
        return [self._value(item) for item in items]

    def _read_map(self, pairs: list[Packed]) -> dict[Any, Any]:
        return {self._value(key): self._value(value) for key, value in pairs}

    def _read_tuple(self, items: list[Packed]) -> tuple[Any, ...]:
        return tuple(self._read_list(items))

    def _read_set(self, items: list[Packed]) -> set[Any]:
        return set(self._read_list(items))

    def _read_frozenset(self, items: list[Packed]) -> frozenset[Any]:
        return frozenset(self._read_list(items))

    def _read_int(self, text: str) -> int:
        return int(text)

    def _read_datetime(self, text: str, fold: int, zone: Packed) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=_zone_of(zone), fold=fold)

    def _read_date(self, text: str) -> date:
        return date.fromisoformat(text)

    def _read_time(self, text: str) -> time:
        return time.fromisoformat(text)

    def _read_timedelta(self, days: int, seconds: int, microseconds: int) -> timedelta:
        return timedelta(days, seconds, microseconds)

    def _read_decimal(self, text: str) -> Decimal:
        return Decimal(text)

    def _read_path(self, text: str) -> Path:
        return Path(text)

    def _read_frame(self, content: bytes) -> pl.DataFrame:
        return pl.read_ipc(io.BytesIO(content))

    def _read_series(self, content: bytes) -> pl.Series:
        return self._read_frame(content).to_series()

    def _read_columns(self, columns: list[Packed]) -> pl.DataFrame:
        return pl.DataFrame(self._read_list(columns))

    def _read_objects(self, name: str, values: list[Packed]) -> pl.Series:
        return pl.Series(name, self._read_list(values), pl.Object)

    def _read_dtype(self, series: Packed) -> pl.DataType:
        return cast(pl.Series, self._value(series)).dtype

    def _read_array(self, series: Packed) -> np.ndarray[Any, Any]:
        return cast(pl.Series, self._value(series)).to_numpy()

    def _read_enum(self, name: str, member: str) -> Any:
        return self._class(name)[member]

    def _read_made(self, name: str, pairs: list[Packed]) -> Any:
        return self._class(name)(**{field: self._value(value) for field, value in pairs})

    def _read_journey(self, shape: Packed) -> JourneyDefinition:
        return JourneyDefinition.from_json(self._value(shape))

    def _read_document(self, pairs: list[Packed], source: str, positions: Packed, scalars: Packed) -> Document:
        known = Unpacker({name_of(Scalar): Scalar})
        return Document(self._read_map(pairs), source, known._value(positions), known._value(scalars))

    def _read_located(self, path: str, files: Packed) -> Located:
        return Located(path, self._value(files))

    def _read_error(self, *packed: Packed) -> ParcoursError:
        return failures.unpacked(packed, self._value)

    def _read_call(self, number: int) -> Callable[..., Any]:
        if self._call is None:
            raise broken("nothing can be called here")
        return self._call(number)

    def _read_room(self, name: str, number: str) -> object:
        if self._room is None:
            raise broken("rooms are not expected here")
        return self._room(self._class(name), number)


def _zone(zone: tzinfo | None) -> Packed:
    if zone is None or zone is UTC:
        return None if zone is None else "utc"
    if isinstance(zone, ZoneInfo) and zone.key:
        return ["zone", zone.key]
    offset = zone.utcoffset(None)
    if offset is None:
        raise TypeError(f"time zones of class {type(zone).__name__} cannot be sent to a service")
    return ["offset", offset.total_seconds()]


def _zone_of(packed: Packed) -> tzinfo | None:
    if packed is None or packed == "utc":
        return None if packed is None else UTC
    kind, value = packed
    return ZoneInfo(value) if kind == "zone" else timezone(timedelta(seconds=value))
