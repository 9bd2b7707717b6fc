"""How the functions that may fail do so: arguments, and the code of the error. ``tests/docs`` makes each fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any


@dataclass(frozen=True)
class Failure:
    """Evaluation fails with an ``EvaluationError`` of this code."""

    code: str


_LEAST, _MOST = -(2**63), 2**63 - 1
_NEW_YORK = datetime(2024, 1, 31, 20, 30, tzinfo=timezone(timedelta(hours=-5)))
_OVERFLOW = Failure("integer-overflow")
_PATTERN = Failure("bad-pattern")

FAILURES: Mapping[str, tuple[tuple[tuple[Any, ...], Failure], ...]] = {
    "add_exact": (((_MOST, 1), _OVERFLOW),),
    "plus": (((_MOST, 1), _OVERFLOW), ((_NEW_YORK, timedelta(days=3_000_000)), Failure("out-of-range"))),
    "sub_exact": (((_LEAST, 1), _OVERFLOW),),
    "mul_exact": (((2**62, 2), _OVERFLOW),),
    "neg_exact": (((_LEAST,), _OVERFLOW),),
    "quotient": (((_LEAST, -1), _OVERFLOW),),
    "round_exact": (((1e300,), _OVERFLOW),),
    "to_integer_exact": (((1e300,), _OVERFLOW),),
    "sum_of": ((([_MOST, 1],), _OVERFLOW),),
    "matches": ((("a", "("), _PATTERN),),
    "matches_whole": ((("a", "("), _PATTERN),),
    "replace_first_match": ((("a", "(", "b"), _PATTERN),),
    "replace_matches": ((("a", "(", "b"), _PATTERN),),
    "split_by": ((("a", "("), _PATTERN),),
    "match_group": ((("a", "(", 1), _PATTERN),),
    "update_time_zone": (((_NEW_YORK, "Mars/Base"), Failure("unknown-zone")),),
    "set_hours": (((_NEW_YORK, 24), Failure("no-such-hour")),),
    "set_days": (((_NEW_YORK, 32), Failure("no-such-day")),),
    "now_with_delta": (((datetime(2024, 3, 31, 12, tzinfo=UTC), 1, "weeks"), Failure("unknown-part")),),
    "add_duration": (((_NEW_YORK, timedelta(days=3_000_000)), Failure("out-of-range")),),
}
