"""``parcours journeys``: what there is, what happened; what is done with journeys stands in the modules beside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from parcours.service.cli.output import answer, counted, note, pairs, rows, say, table, told
from parcours.service.cli.session import Flag, Lang, opened, session

if TYPE_CHECKING:
    from parcours.flow.journeys.transfer import Imported
    from parcours.service.reporting.report import JourneyReport

journeys = App(name="journeys", help="Journeys: who is where, what became of messages, and what is done with them.")
Version = Annotated[int | None, Parameter(name=["--version", "-v"])]


@journeys.command(name="list")
def list_() -> None:
    """List all journeys with their status, and how many entered, are inside, and ended."""
    with opened() as workspace:
        found = workspace.journeys.list()
    answer(rows(found))
    table(found, limit=None)


@journeys.command
def show(journey: str, /) -> None:
    """Show a journey: how many arrived at each activity, wait there, and went which way; and its messages.

    Args:
        journey: id of the journey.
    """
    with opened() as workspace:
        definition = workspace.journeys.get(journey)
        statuses = workspace.journeys.statuses(journey)
        funnel = workspace.journeys.report(journey)
        sent = workspace.journeys.deliveries(journey).drop("journey")
    versions = ", ".join(f"{number} {status}" for number, status in statuses.items())
    shape = {
        "journey": definition.id,
        "name": definition.name,
        "state": str(definition.state),
        "version": definition.version,
    }
    answer({**shape, "versions": statuses, "funnel": rows(funnel), "deliveries": rows(sent)})
    pairs({**shape, "versions": versions})
    table(funnel, limit=None)
    table(sent, limit=None)


@journeys.command
def versions(journey: str, /) -> None:
    """List the versions of a journey and where they stand.

    Args:
        journey: id of the journey.
    """
    with opened() as workspace:
        found = workspace.journeys.versions(journey)
    answer(rows(found))
    table(found, limit=None)


@journeys.command
def history(journey: str, /) -> None:
    """Show who did what with a journey, and what came by time.

    Args:
        journey: id of the journey.
    """
    with opened() as workspace:
        found = workspace.journeys.history(journey)
    answer(rows(found))
    table(found, limit=None)


@journeys.command
def validate(path: Path, /) -> None:
    """Look for problems in the definitions of journeys, and for what looks like a mistake. Changes nothing.

    Args:
        path: a YAML or JSON file, or a folder of them.
    """
    with opened() as workspace:
        found = workspace.journeys.validate(path)
    warnings = {journey: [warning.to_json() for warning in some] for journey, some in found.items()}
    answer({"ok": True, "journeys": list(found), "warnings": warnings})
    for journey, some in found.items():
        for warning in some:
            say(f"warning: {journey}: {told(warning)}")
    say(f"no problems in {counted(len(found), 'journey')}; nothing was changed")


@journeys.command
def trace(journey: str, profile: str, /, *, zone: str | None = None, lang: Lang = "en") -> None:
    """Tell what happened to a person in a journey, and what the person waits for.

    Args:
        journey: id of the journey.
        profile: id of the profile.
        zone: time zone of all times; that of the journey if not said.
        lang: the language of sentences: en or fr.
    """
    with opened() as workspace:
        found = workspace.journeys.trace(journey, profile, zone=zone, lang=lang)
    answer(found)
    for line in found:
        say(line)
    if not found:
        say("nothing happened to this person in this journey")


@journeys.command
def report(journey: str, /, *, version: Version = None, zone: str | None = None, confidence: float = 0.95) -> None:
    """Report on a journey: runs, activities, days, who was not let in, errors, calls, and the goal with its lift.

    Args:
        journey: id of the journey.
        version: count activities of this version only.
        zone: time zone of days; that of the journey if not said.
        confidence: of the interval of the lift.
    """
    with opened() as workspace:
        found = workspace.journeys.summary(journey, version, zone=zone, confidence=confidence)
    answer(found.to_json())
    if session.as_json:
        return
    for title in ("runs", "activities", "days", "discards", "errors", "calls"):
        frame = getattr(found, title)
        if frame.height:
            table(frame, title=title)
    _goal(found)


def _goal(found: JourneyReport) -> None:
    if found.goal is None:
        return
    lift = found.goal.lift
    say("goal")
    groups = (
        ("went through", lift.treated, lift.treated_converted, lift.treated_rate),
        ("held out", lift.held_out, lift.held_out_converted, lift.held_out_rate),
    )
    for name, people, converted, rate in groups:
        share = "" if rate is None else f", {100 * rate:.2f} %"
        say(f"  {name}: {converted:,} of {people:,} converted{share}")
    if lift.difference is not None and lift.difference_interval is not None:
        low, high = lift.difference_interval.low, lift.difference_interval.high
        say(
            f"  difference: {100 * lift.difference:+.2f} points, from {100 * low:+.2f} to {100 * high:+.2f} "
            f"with a confidence of {lift.confidence:.0%}"
        )
    if found.goal.open:
        say(f"  {counted(found.goal.open, 'person')} may still convert")


@journeys.command
def drawing(
    journey: str,
    /,
    *,
    version: Version = None,
    mermaid: Flag = False,
    svg: Path | None = None,
    plain: Flag = False,
    lang: Lang = "en",
) -> None:
    """Draw a journey with its counters, as a tree unless something else is asked for.

    Args:
        journey: id of the journey.
        version: the version; by default the newest that runs.
        mermaid: the text of a Mermaid flow chart.
        svg: write a picture to this file.
        plain: without counters.
        lang: the language of words: en or fr.
    """
    with opened() as workspace:
        found = workspace.journeys.drawing(journey, version, counts=not plain, lang=lang)
    if svg is not None:
        from parcours.core.errors import InputError

        try:
            svg.write_text(found.svg(), encoding="utf-8")
        except OSError as error:
            message = f"cannot be written: {error.strerror or error}"
            raise InputError(message, code="unwritable-file", where=str(svg)) from None
        answer({"ok": True, "file": str(svg)})
        say(f"written to {svg}")
        return
    text = found.mermaid() if mermaid else found.text()
    answer({"drawing": text})
    say(text)


@journeys.command
def diff(journey: str, old: int, new: int, /) -> None:
    """Show what was changed between two versions.

    Args:
        journey: id of the journey.
        old: number of one version.
        new: number of the other.
    """
    with opened() as workspace:
        found = workspace.journeys.diff(journey, old, new)
    answer([{"kind": one.kind, "place": one.place, "old": one.old, "new": one.new} for one in found])
    for one in found:
        say(str(one))
    if not found:
        say("nothing was changed")


@journeys.command
def export(
    journey: str,
    /,
    *,
    version: Version = None,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
) -> None:
    """Write a journey with everything it uses as one JSON document; secrets stay behind.

    Args:
        journey: id of the journey.
        version: the version; by default the newest that runs.
        output: the file; standard output if not said.
    """
    with opened() as workspace:
        found = workspace.journeys.export(journey, version)
    text = json.dumps(found, ensure_ascii=False, indent=2)
    if output is None:
        print(text)
        return
    from parcours.core.errors import InputError

    try:
        output.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        message = f"cannot be written: {error.strerror or error}"
        raise InputError(message, code="unwritable-file", where=str(output)) from None
    answer({"ok": True, "file": str(output)})
    say(f"written to {output}")


@journeys.command(name="import")
def import_(path: Path, /, *, publish: Flag = False, plan: Flag = False, secret: tuple[str, ...] = ()) -> None:
    """Take in a journey as it was exported, with everything it uses. Doing it twice does nothing more.

    Args:
        path: the exported file.
        publish: publish the journey; otherwise it is a draft.
        plan: only say what would be done.
        secret: PLACE=VALUE for a placeholder in the document; may be given several times.
    """
    document = read_json(path)
    secrets = dict(text.partition("=")[::2] for text in secret)
    with opened() as workspace:
        found = workspace.journeys.import_(document, secrets=secrets, publish=publish, plan=plan)
    answer({"ok": True, "changes": [_imported(one) for one in found]})
    for one in found:
        say(f"{one.kind} {one.id}: {one.action}")
        for difference in one.differences:
            say(f"    {difference}")
    if plan:
        note("nothing was changed")


def _imported(one: Imported) -> dict[str, object]:
    return {
        "kind": one.kind,
        "id": one.id,
        "action": one.action,
        "differences": [str(each) for each in one.differences],
    }


def read_json(path: Path) -> dict[str, object]:
    """The object in a JSON file.

    Raises:
        InputError: it cannot be read, or is no object.
    """
    from parcours.core.errors import InputError

    try:
        found = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        message = f"the file cannot be read: {error.strerror or error}"
        raise InputError(message, code="unreadable-file", where=str(path)) from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"the file is no JSON: {error}", code="broken-file", where=str(path)) from None
    if not isinstance(found, dict):
        raise InputError("expected an object", code="broken-file", where=str(path), hint="{…}")
    return found


from parcours.service.cli import lives, trying  # noqa: E402, F401 - they add their commands
