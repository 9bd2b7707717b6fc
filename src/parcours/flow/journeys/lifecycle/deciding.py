"""The life of a journey: which actions its versions allow, and what these do (journeys.md, sections 12 and 21).

A pure function: :func:`decide` is given the versions with their statuses and says what becomes of them and what the
tick has to be told, or which rule refuses the action. What comes with time (:func:`become`) is found by the runtime.

========== ================================ ==========================================================
status     leaves by                        meaning
========== ================================ ==========================================================
draft      publish, test, dry run, delete   may be edited
draft_test test off, publish, a week        only test profiles enter
dry_run    dry run off, stop                real people pass, nothing is done
live       close, stop, pause, new version  people enter
paused     resume, stop, time               nobody enters, actions are held
closed     stop, a maximum stay later       nobody enters, who is inside finishes
stopped    (reopen, roll back)              everybody was ended
finished   delete, (reopen)                 over
========== ================================ ==========================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from parcours.flow.journeys.lifecycle import beyond, publishing, running, writing
from parcours.flow.journeys.lifecycle.case import Case
from parcours.flow.journeys.lifecycle.types import Action, Context, Control, Decision, Moment, Refusal, Status, Version

_ACTIONS: Mapping[Action, Callable[[Case], Refusal | Decision]] = {
    "publish": publishing.publish,
    "close": running.close,
    "stop": running.stop,
    "restart": running.restart,
    "delete": writing.delete,
    "edit": writing.edit,
    "new_version": writing.new_version,
    "pause": running.pause,
    "resume": running.resume,
    "set_attribute_exit": running.set_attribute_exit,
    "test_on": publishing.test_on,
    "test_off": publishing.test_off,
    "dry_run_on": publishing.dry_run_on,
    "dry_run_off": publishing.dry_run_off,
    "reopen": beyond.reopen,
    "roll_back": beyond.roll_back,
    "migrate": beyond.migrate,
    "retry": beyond.retry,
    "edit_texts": writing.edit_texts,
}


def decide(
    id: str, versions: Sequence[Version], control: Control, context: Context | None = None
) -> Refusal | Decision:
    """What ``control`` does to journey ``id``, whose versions stand in order of their numbers."""
    found = [version for version in versions if control.version in (None, version.number)]
    if not found:
        number = "" if control.version is None else f" {control.version}"
        return Refusal("no_such_version", f"journey {id!r} has no version{number}")
    return _ACTIONS[control.action](Case(id, tuple(versions), found[-1], control, context or Context()))


def become(status: Status, moment: Moment) -> Status:
    """The status after something has come with time; statuses that it does not concern stay."""
    after: dict[tuple[Status, Moment], Status] = {
        ("live", "ended"): "closed",
        ("paused", "ended"): "closed",
        ("closed", "stay_over"): "finished",
        ("paused", "pause_over"): "live",
        ("draft_test", "test_idle"): "draft",
    }
    return after.get((status, moment), status)
