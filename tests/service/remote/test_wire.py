"""What travels comes out as it went in; what is not expected does not come out at all."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core import errors
from parcours.core.errors import InputError, ParcoursError, RuleError, Span
from parcours.flow.segments.documents import Located
from parcours.service.explaining import Part
from parcours.service.journeys import Journeys
from parcours.service.remote.failures import KINDS
from parcours.service.remote.rooms import all_members
from parcours.service.remote.shapes import classes_of, classes_of_hint, hints_of, is_value, name_of
from parcours.service.remote.wire import Packer, Unpacker, from_bytes, to_bytes
from parcours.service.segments import Segments
from tests.service.remote.samples import FRAME, same, samples

FUNCTIONS = {name: member.function for name, member in all_members() if member.function is not None}


def sent(value: Any, **classes: type) -> Any:
    """The value as it is on the other side."""
    return Unpacker({name_of(kind): kind for kind in classes.values()}).unpack(
        from_bytes(to_bytes(Packer().pack(value)))
    )


_KEYS = st.none() | st.booleans() | st.integers() | st.text() | st.dates()
_LEAVES = (
    _KEYS
    | st.floats()
    | st.binary()
    | st.decimals(allow_nan=False)
    | st.times()
    | st.timedeltas()
    | st.datetimes()
    | st.datetimes(timezones=st.sampled_from([UTC, ZoneInfo("Europe/Paris"), timezone(timedelta(hours=-3))]))
)
_VALUES = st.recursive(
    _LEAVES,
    lambda inside: (
        st.lists(inside)
        | st.lists(inside).map(tuple)
        | st.dictionaries(_KEYS, inside)
        | st.sets(_KEYS)
        | st.frozensets(_KEYS)
    ),
    max_leaves=20,
)


@given(_VALUES)
def test_plain_values_survive(value: Any) -> None:
    assert same(sent(value), value)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_type_that_a_method_names_survives(name: str) -> None:
    classes = classes_of(FUNCTIONS[name])
    unpacker = Unpacker(classes)
    for hint in hints_of(FUNCTIONS[name]).values():
        for value in samples(hint):
            got = unpacker.unpack(from_bytes(to_bytes(Packer().pack(value))))
            assert same(got, value), f"{hint}: {value} became {got}"


def test_samples_are_made_of_nearly_every_class() -> None:
    """So that the test above cannot go blind."""
    known = {kind for function in FUNCTIONS.values() for kind in classes_of(function).values() if is_value(kind)}
    without = {name_of(kind) for kind in known if not any(isinstance(one, kind) for one in samples(kind))}
    # what ticks tell is heard where they happen only; what a text has left open is settled when it is read
    assert without == {"engines.local:Ticked", "language.journey.fitting:Open"}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_errors_keep_their_class_and_everything_they_hold(name: str) -> None:
    error = KINDS[name].__new__(KINDS[name])
    ParcoursError.__init__(error, "wrong", code="odd", where="a.yaml:1:2", hint="mend it", span=Span(1, 4))
    error.source = "a rule"
    for field, value in {"problems": (RuleError("inner", span=Span(0, 1)),), "retry_after": 3, "known": False,
                         "permanent": True, "question": "q", "default": True}.items():  # fmt: skip
        setattr(error, field, value)
    got = sent(error)
    assert type(got) is KINDS[name]
    assert same(got, error)
    assert got.args == ("wrong",)


def test_every_error_on_purpose_is_known() -> None:
    for name in dir(errors):
        kind = getattr(errors, name)
        if isinstance(kind, type) and issubclass(kind, ParcoursError):
            assert KINDS[name] is kind


def test_an_error_of_another_class_goes_as_the_nearest_that_is_known() -> None:
    class Own(InputError):
        pass

    assert type(sent(Own("mine"))) is InputError


@pytest.mark.parametrize(
    "dtype",
    [pl.Int8, pl.Decimal(10, 2), pl.Categorical(), pl.Enum(["a"]), pl.List(pl.Struct({"a": pl.Date})), pl.Null,
     pl.Array(pl.Float32, 2), pl.Datetime("us", "UTC"), pl.Duration("ms"), pl.Binary, pl.UInt64],
)  # fmt: skip
def test_frames_and_types_of_polars_survive(dtype: Any) -> None:
    frame = pl.DataFrame({"a": pl.Series([None], dtype=dtype)})
    assert same(sent(frame), frame)
    assert sent(dtype) == dtype
    assert same(sent(pl.DataFrame()), pl.DataFrame())
    assert same(sent(FRAME.lazy()), FRAME)


def test_numbers_and_arrays_of_numpy_come_as_plain_numbers_and_arrays() -> None:
    assert sent({"a": np.int64(3), "b": np.float64(0.5), "c": np.bool_(True)}) == {"a": 3, "b": 0.5, "c": True}
    assert sent(np.arange(3)).tolist() == [0, 1, 2]


def test_a_path_with_what_lies_there_survives() -> None:
    got = sent(Located("a/b.yaml", {"a/b.yaml": b"x: 1", "c": "Permission denied"}))
    assert isinstance(got, Located)
    assert (str(got), got.files) == ("a/b.yaml", {"a/b.yaml": b"x: 1", "c": "Permission denied"})
    assert sent(Located("nowhere", None)).files is None


def test_an_object_of_a_class_that_no_annotation_names_is_refused() -> None:
    part = Part("text", True, {})
    with pytest.raises(InputError, match="not expected here"):
        sent(part)
    assert sent(part, part=Part) == part
    assert name_of(Part) not in classes_of(Segments.list)
    assert name_of(Part) not in classes_of_hint(int)


@pytest.mark.parametrize(
    "packed",
    [["nothing"], ["made", "os:system", [["command", "true"]]], ["made"], [3], ["frame", b"x"], ["date", "never"],
     ["map", [1]], ["room", "service.sessions:Session", "1"], ["call", 1], ["error", "SystemExit", [], None],
     ["_value", 1], ["datetime", "2026-01-01", 0, ["zone", "../../etc/passwd"]], []],
)  # fmt: skip
def test_broken_messages_are_refused(packed: Any) -> None:
    with pytest.raises(InputError) as error:
        Unpacker(classes_of(Journeys.list)).unpack(packed)
    assert error.value.code == "broken-message"


@given(st.binary())
def test_any_bytes_are_a_message_or_refused(content: bytes) -> None:
    with contextlib.suppress(InputError):
        Unpacker({}).unpack(from_bytes(content))


def test_what_cannot_travel_is_told_as_such() -> None:
    with pytest.raises(TypeError, match="cannot be sent"):
        Packer().pack(object())
    with pytest.raises(TypeError, match="cannot be sent"):
        Packer().pack(print)
    assert Packer(call=lambda function: 7).pack(print) == ["call", 7]
    assert sent(date(2026, 1, 1)) == date(2026, 1, 1)
