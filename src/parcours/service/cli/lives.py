"""``parcours journeys publish``, ``stop``, ``pause`` …: what is done with journeys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from parcours.service.cli.journeys import Version, journeys
from parcours.service.cli.output import answer, counted, say
from parcours.service.cli.session import Flag, opened

if TYPE_CHECKING:
    from parcours.service.workspace import Workspace
    from parcours.store.catalogue import Definition


def moved(workspace: Workspace, definition: Definition, outcome: str) -> None:
    """Say what was done with a journey, and where its versions stand."""
    statuses = workspace.journeys.statuses(definition.id)
    shape = {"ok": True, "journey": definition.id, "state": str(definition.state)}
    answer({**shape, "version": definition.published_version, "versions": statuses})
    say(f"journey {definition.id} {outcome}")


@journeys.command
def publish(journey: str, /, *, version: Version = None) -> None:
    """Open a draft for entry; the version before it is closed, and who is inside it finishes.

    Args:
        journey: id of the journey.
        version: the version; by default the newest.
    """
    with opened() as workspace:
        moved(workspace, workspace.journeys.publish(journey, version), "is published")


@journeys.command
def close(journey: str, /, *, version: Version = None) -> None:
    """Let nobody in any more; who is inside finishes.

    Args:
        journey: id of the journey.
        version: the version; by default the one that runs.
    """
    with opened() as workspace:
        moved(workspace, workspace.journeys.close(journey, version), "is closed; who is inside finishes")


@journeys.command
def stop(journey: str, /, *, version: Version = None) -> None:
    """End everybody inside a journey, and let nobody in.

    Args:
        journey: id of the journey.
        version: only this version; by default all.
    """
    with opened() as workspace:
        moved(workspace, workspace.journeys.stop(journey, version), "is stopped")


@journeys.command
def pause(
    journey: str,
    /,
    *,
    version: Version = None,
    profiles: Literal["hold", "discard"] = "hold",
    for_: Annotated[str, Parameter(name="--for")] = "14 days",
) -> None:
    """Let nobody in, and hold who comes to an action.

    Args:
        journey: id of the journey.
        version: the version; by default the one that runs.
        profiles: hold people before the next action, or discard them: they leave.
        for_: go on by itself after this time, for example '3 days'; or 'never': only when it is resumed.
    """
    with opened() as workspace:
        done = workspace.journeys.pause(journey, version, profiles=profiles, for_=None if for_ == "never" else for_)
        moved(workspace, done, "is paused" + ("" if for_ == "never" else f" for {for_}"))


@journeys.command
def resume(journey: str, /, *, version: Version = None) -> None:
    """End a pause: people enter again, and who was held goes on.

    Args:
        journey: id of the journey.
        version: the version; by default the one that is paused.
    """
    with opened() as workspace:
        moved(workspace, workspace.journeys.resume(journey, version), "goes on")


@journeys.command(name="attribute-exit")
def attribute_exit(journey: str, rule: str, /, *, version: Version = None, language: str | None = None) -> None:
    """While it is paused: who meets a rule about attributes leaves at the next action.

    Args:
        journey: id of the journey.
        rule: an expression, or plain data such as '{attribute: age, at_least: 18}'.
        version: the version; by default the one that is paused.
        language: of the rule, where it cannot be guessed.
    """
    from parcours.service.cli.rules import read_written

    written, known = read_written(rule, language)
    when = {known: written} if isinstance(written, str) and known is not None else written
    with opened() as workspace:
        moved(workspace, workspace.journeys.set_attribute_exit(journey, when, version), "has an exit by attribute")


@journeys.command(name="test-on")
def on_test(journey: str, /, *, version: Version = None) -> None:
    """Let test profiles (attribute test_profile) into a draft, with short waits.

    Args:
        journey: id of the journey.
        version: the version; by default the newest.
    """
    with opened() as workspace:
        moved(workspace, workspace.journeys.test_on(journey, version), "is in test mode")


@journeys.command(name="test-off")
def off_test(journey: str, /, *, version: Version = None) -> None:
    """End test mode; who is in the test is taken out.

    Args:
        journey: id of the journey.
        version: the version; by default the one in test mode.
    """
    with opened() as workspace:
        moved(workspace, workspace.journeys.test_off(journey, version), "is a draft again")


@journeys.command(name="dry-run-on")
def dry_run_on(journey: str, /, *, version: Version = None) -> None:
    """Let real people pass a draft without doing anything to them.

    Args:
        journey: id of the journey.
        version: the version; by default the newest.
    """
    with opened() as workspace:
        moved(workspace, workspace.journeys.dry_run_on(journey, version), "is in a dry run")


@journeys.command(name="dry-run-off")
def dry_run_off(journey: str, /, *, version: Version = None) -> None:
    """End a dry run; everybody in it is taken out.

    Args:
        journey: id of the journey.
        version: the version; by default the one in a dry run.
    """
    with opened() as workspace:
        moved(workspace, workspace.journeys.dry_run_off(journey, version), "is a draft again")


@journeys.command
def reopen(journey: str, /, *, version: Version = None) -> None:
    """Let people into a version again that was closed, stopped or finished.

    Args:
        journey: id of the journey.
        version: the version; by default the newest.
    """
    with opened() as workspace:
        moved(workspace, workspace.journeys.reopen(journey, version), "is open again")


@journeys.command(name="roll-back")
def roll_back(journey: str, /, *, version: Version = None) -> None:
    """Close the live version, and open the one before it again.

    Args:
        journey: id of the journey.
        version: the version to go back to; by default the one before.
    """
    with opened() as workspace:
        done = workspace.journeys.roll_back(journey, version)
        moved(workspace, done, f"is back at version {done.published_version}")


@journeys.command(name="new-version")
def new_version(journey: str, /) -> None:
    """Make a draft like the newest version, beside it.

    Args:
        journey: id of the journey.
    """
    with opened() as workspace:
        number = workspace.journeys.new_version(journey)
    answer({"ok": True, "journey": journey, "version": number})
    say(f"journey {journey} has a draft, version {number}")


@journeys.command
def migrate(
    journey: str,
    /,
    *,
    version: Version = None,
    to: int | None = None,
    place: tuple[str, ...] = (),
    preview: Flag = False,
) -> None:
    """Have the people inside one version go on in another.

    Args:
        journey: id of the journey.
        version: whom it is about; by default the version before.
        to: the version where they go; by default the newest that runs.
        place: OLD=NEW: from an activity to another one; may be given several times.
        preview: only show where people would land.
    """
    mapping = dict(text.partition("=")[::2] for text in place)
    with opened() as workspace:
        found = workspace.journeys.migrate(journey, version, to, mapping, preview=preview)
    landings = [{"place": one.place, "to": one.to, "anew": one.anew, "people": one.people} for one in found.landings]
    answer({"ok": not found.missing, "landings": landings, "missing": list(found.missing), "hint": found.hint})
    for landing in found.landings:
        say(str(landing))
    for name in found.missing:
        say(f"there is no place for those at {name!r}: --place {name}=…")
    say("nothing was changed" if preview else counted(sum(one.people for one in found.landings), "person") + " moved")


@journeys.command
def retry(
    journey: str,
    /,
    *,
    version: Version = None,
    profile: tuple[str, ...] = (),
    activity: str | None = None,
) -> None:
    """Have runs that failed go on from the step that failed.

    Args:
        journey: id of the journey.
        version: the version; by default the one that runs.
        profile: only those of this profile; may be given several times.
        activity: only those that failed at this activity.
    """
    with opened() as workspace:
        done = workspace.journeys.retry(journey, version, profiles=list(profile) or None, activity=activity)
        moved(workspace, done, "tries its failed runs again")


@journeys.command(name="edit-texts")
def edit_texts(path: str, /, *, version: Version = None) -> None:
    """Change names, labels and contents of messages of a version in place, while people are inside.

    Args:
        path: a file with the whole definition; what is no text must be as it is.
        version: the version; by default the one that runs.
    """
    from pathlib import Path

    from parcours.flow.segments.documents import read_documents

    with opened() as workspace:
        for document in read_documents(Path(path)):
            moved(workspace, workspace.journeys.edit_texts(document, version), "has new texts")


@journeys.command
def delete(journey: str, /, *, version: Version = None) -> None:
    """Stop a journey and take it out of use for good, or delete one version that is a draft or finished.

    Args:
        journey: id of the journey.
        version: only this version.
    """
    with opened() as workspace:
        moved(
            workspace, workspace.journeys.delete(journey, version), "is deleted" if version is None else "has one less"
        )
