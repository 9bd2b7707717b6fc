"""One journey of twelve activities, and who goes through it: as people are numbered, so every engine sees the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench.data import START, profile_ids
from parcours.core.clock import DAY, HOUR
from parcours.core.facts import INSTANT, Batch, EventBatch
from parcours.core.schema import DECIMAL, INTEGER, STRING, Schema
from parcours.flow.journeys.definitions import JourneyDefinition, read_journey

SCHEMA = Schema(
    attributes={"email": STRING, "tier": STRING, "score": INTEGER},
    events={"visit": {"total": DECIMAL}, "buy": {"total": DECIMAL}},
)
#: When people appear, enter, and buy; and when all that wait for something has come to an end.
BORN, ENTERED, BOUGHT = START, START + HOUR, START + 3 * DAY
MOVES = (("a day has passed", START + 2 * DAY), ("time is out", START + 6 * DAY), ("the last wait", START + 9 * DAY))


def _mail(text: str, then: str) -> dict[str, Any]:
    to, body = "{{ profile.email }}", f"{text}, {{{{ profile.tier }}}}"
    return {"type": "email", "to": to, "subject": text, "body": body, "then": then}


def _path(label: str, to: str, **rest: object) -> dict[str, object]:
    return {"label": label, "to": to, **rest}


BODY: dict[str, Any] = {
    "journey": "twelve",
    "entry": {"event": "visit"},
    "start": "scored",
    "activities": {
        "scored": {
            "type": "condition",
            "paths": [_path("high", "high", when={"attribute": "score", "at_least": 50})],
            "otherwise": "low",
        },
        "high": _mail("Welcome", "day"),
        "low": _mail("Hello", "day"),
        "day": {"type": "wait", "for": "1 day", "then": "half"},
        "half": {"type": "split", "paths": [_path("a", "news", percent=50), _path("b", "bought", percent=50)]},
        "news": _mail("News", "bought"),
        "bought": {
            "type": "wait_for_event",
            "event": "buy",
            "timeout": "3 days",
            "then": "thanks",
            "on_timeout": "golden",
        },
        "thanks": _mail("Thank you", "done"),
        "golden": {
            "type": "condition",
            "paths": [_path("gold", "pause", when={"attribute": "tier", "is": "gold"})],
            "otherwise": "done",
        },
        "pause": {"type": "wait", "for": "2 days", "then": "offer"},
        "offer": _mail("An offer", "done"),
        "done": {"type": "end"},
    },
}


def definition() -> JourneyDefinition:
    """The journey as it is published."""
    return read_journey(BODY, SCHEMA, [], 1)


def is_high(who: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whose score is high."""
    return scores(who) >= 50


def is_gold(who: NDArray[np.int32]) -> NDArray[np.bool_]:
    gold: NDArray[np.bool_] = who % 10 < 3
    return gold


def buys(who: NDArray[np.int32]) -> NDArray[np.bool_]:
    ninth: NDArray[np.bool_] = who % 10 == 9
    return ninth


def scores(who: NDArray[np.int32]) -> NDArray[np.int64]:
    return who.astype(np.int64) * 7_919 % 100


def expected_mails(people: int) -> dict[str, int]:
    """How many mails of each activity the first ``people`` get; of those before the split, and behind it."""
    who = np.arange(people, dtype=np.int32)
    found = {
        "high": is_high(who),
        "low": ~is_high(who),
        "thanks": buys(who),
        "offer": is_gold(who) & ~buys(who),
    }
    return {name: int(mask.sum()) for name, mask in found.items() if mask.any()}


def everybody(people: int) -> Batch:
    """The batch in which they appear."""
    who = np.arange(people, dtype=np.int32)
    ids, born = profile_ids(who), pl.lit(BORN).cast(INSTANT).alias("_time")
    new = pl.DataFrame([pl.Series("_profile", who), ids]).with_columns(born)
    changes = pl.DataFrame(
        {
            "_profile": who,
            "email": ids + "@example.org",
            "tier": pl.Series(np.where(is_gold(who), "gold", "basic")),
            "score": scores(who),
        }
    )
    sets = pl.lit(pl.Series([["email", "tier", "score"]])).first().alias("_set")
    return Batch(new, changes.select("_profile", born, sets, "email", "tier", "score"))


def happening(name: str, who: NDArray[np.int32], times: NDArray[np.int64]) -> EventBatch:
    """One event of each of these people, in order of time."""
    numbers = pl.Series(np.arange(len(who)))
    ids = pl.select(pl.format("{}-{}", pl.lit(name), numbers)).to_series().alias("_event_id")
    order = np.argsort(times, kind="stable")
    rows = [ids, pl.Series("_profile", who[order]), pl.Series("_time", times[order]).cast(INSTANT)]
    return EventBatch(name, pl.DataFrame(rows).with_columns(total=pl.lit(10.0)))
