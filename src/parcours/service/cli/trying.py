"""``parcours journeys backtest``, ``test`` and ``simulate``: what a draft does, before it is published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from parcours.service.cli.journeys import journeys
from parcours.service.cli.output import answer, note, say, table
from parcours.service.cli.session import Flag, opened, session

if TYPE_CHECKING:
    from parcours.service.sessions import Session

Do = Annotated[tuple[str, ...], Parameter(name=["--do", "-d"])]


@journeys.command
def backtest(
    draft: str,
    /,
    *,
    since: str | None = None,
    until: str | None = None,
    against: str | None = None,
    people: Flag = False,
    days: Flag = False,
) -> None:
    """Play a draft over the recorded past, sending nothing: who would have entered, waited, been written to.

    Args:
        draft: a file with one journey, or the id of a journey: its newest version.
        since: the first moment, for example 2026-01-01; by default the first that is recorded.
        until: the last moment; by default the last tick.
        against: another draft, or id, to compare with.
        people: show who, too.
        days: show every day, too.
    """
    from parcours.service.backtesting import Difference

    with opened() as workspace:
        found = workspace.journeys.backtest(draft, since, until, against=against)
    if isinstance(found, Difference):
        answer({"first": found.first.to_json(), "second": found.second.to_json(), **found.to_json()})
        say(str(found))
        if people:
            table(found.people)
        return
    shape = found.to_json()
    if people:
        shape["who"] = found.people.to_dicts()
    answer(shape)
    say(str(found))
    if days:
        table(found.days, limit=None)
    if people:
        table(found.people)


@journeys.command(name="test")
def try_out(
    draft: str,
    /,
    *,
    do: Do = (),
    script: Path | None = None,
    wait: str | None = None,
    at: str | None = None,
) -> None:
    """Try a draft in memory, in test mode: short waits, ways that can be chosen. Nothing is sent or kept.

    Args:
        draft: a file with one journey, or the id of a journey: its newest version.
        do: a step as JSON: '{"person": "anna", "attributes": {"age": 30}}', '{"event": "purchase", "profile": "anna",
            "properties": {}}', '{"advance": "1 minute"}', '{"choose": "split", "way": "b"}'; may be given several
            times.
        script: a file with such steps, one a line; they come first.
        wait: how long waits and time-outs last; by default as the journey says, or 10 seconds.
        at: where the clock stands at first; by default the last tick.
    """
    with opened() as workspace:
        _play(workspace.journeys.test(draft, wait=wait, at=at), do, script)


@journeys.command
def simulate(draft: str, /, *, do: Do = (), script: Path | None = None, at: str | None = None) -> None:
    """Try a draft in memory as people would see it, with waits as they are. Nothing is sent or kept.

    Args:
        draft: a file with one journey, or the id of a journey: its newest version.
        do: a step as JSON; see parcours journeys test.
        script: a file with such steps, one a line; they come first.
        at: where the clock stands at first; by default the last tick.
    """
    with opened() as workspace:
        _play(workspace.journeys.simulate(draft, at=at), do, script)


def _play(tried: Session, do: tuple[str, ...], script: Path | None) -> None:
    from parcours.core.errors import ParcoursError
    from parcours.service.scripts import play

    for place, step in _steps(do, script):
        try:
            play(tried, step)
        except ParcoursError as error:
            error.where = error.where or place
            raise
    answer(tried.to_json())
    if session.as_json:
        return
    for line in tried.lines:
        say(str(line))
        for name, text in (line.message or {}).items():
            for part in text.splitlines():
                say(f"    {name}: {part}")
    table(tried.people, title="people")
    ways = [f"{activity}: {way}" for activity, way in tried.unreached]
    if ways:
        note("ways that nobody took: " + ", ".join(ways))


def _steps(do: tuple[str, ...], script: Path | None) -> Iterator[tuple[str, Any]]:
    from parcours.core.errors import InputError

    texts: list[tuple[str, str]] = []
    if script is not None:
        try:
            lines = script.read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"the file cannot be read: {error}", code="unreadable-file", where=str(script)) from None
        texts += [(f"{script}:{number}", line) for number, line in enumerate(lines, 1) if line.strip()]
    texts += [(f"--do {number}", text) for number, text in enumerate(do, 1)]
    for place, text in texts:
        try:
            yield place, json.loads(text)
        except json.JSONDecodeError as error:
            raise InputError(
                f"the step is no JSON: {error}", code="broken-step", where=place, hint='{"advance": "2 days"}'
            ) from None
