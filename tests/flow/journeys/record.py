"""Recorded journeys: what went in, and what came out when it was recorded.

A history is a file of JSON lines. The first is the story: who is there, which journeys, what happens, how the outside
answers (see :class:`tests.flow.journeys.playing.World`; instants as ISO texts). Each other line is a tick of
``stage.py`` with the ``steps`` and ``deliveries`` that came of it. Replays need the ticks only; the story is there to
read, and to record again where behaviour is meant to change::

    python -m tests.flow.journeys.record STORY.json NAME    # record a new history under histories/
    python -m tests.flow.journeys.record --again NAME …     # record histories anew from their stories
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from parcours.core.clock import instant
from tests.flow.journeys.playing import Row, World, one_by_one, rows_of
from tests.flow.journeys.stage import Stage

HISTORIES = Path(__file__).parent / "histories"


def world_of(story: dict[str, Any]) -> World:
    """The world that a story tells of."""
    answers = {
        name: [(result, round(seconds * 1_000_000), body) for result, seconds, body in rows]
        for name, rows in story.get("answers", {}).items()
    }
    inputs = [(instant(at), _timed(share)) for at, share in story["inputs"]]
    return World(story["people"], story["journeys"], inputs, answers, instant(story["until"]))


def _timed(share: dict[str, Any]) -> dict[str, Any]:
    """Instants of events and changes as numbers."""
    found = dict(share)
    if "events" in share:
        found["events"] = [[*row[:2], instant(row[2]), *row[3:]] for row in share["events"]]
    if "set" in share:
        found["set"] = [[row[0], instant(row[1]), row[2]] for row in share["set"]]
    return found


def recorded(story: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The lines of a history."""
    stage, lines = Stage(), []

    def play(shape: dict[str, Any]) -> list[Row]:
        steps, deliveries = rows_of(stage.tick(shape))
        lines.append({**shape, "steps": steps, "deliveries": deliveries})
        return deliveries

    one_by_one(world_of(story), stage, play)
    yield story
    yield from (line for line in lines if any(value for name, value in line.items() if name not in ("now", "more")))


def write(story: dict[str, Any], name: str) -> Path:
    """Record a story under a name."""
    path = HISTORIES / f"{name}.jsonl"
    path.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in recorded(story)))
    return path


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--again"]:
        for name in arguments[1:]:
            first = (HISTORIES / f"{name}.jsonl").read_text().partition("\n")[0]
            print(write(json.loads(first), name))
    else:
        story, name = arguments
        print(write(json.loads(Path(story).read_text()), name))


if __name__ == "__main__":
    main(sys.argv[1:])
