"""What happens in a session, written down: one step after the other as plain data, for files and the command line.

==================================================================  ==================================================
``{"person": id, "attributes": {…}, "segments": {name: true}}``     somebody is there
``{"set": id, "attributes": {…}}``                                  attributes change
``{"member": id, "segments": {name: false}}``                       somebody enters or leaves segments
``{"event": type, "profile": id, "properties": {…}}``               an event; without a profile it is about nobody
``{"signal": "clicked", "profile": id, "activity": …, "link": …}``  somebody did something with a message
``{"answer": activity, "status": 500, "body": …, "result": …}``     what calls get from now on
``{"choose": activity, "way": …, "wait": …}``                       the way out that is taken, how long a wait lasts
``{"advance": "2 days"}``, ``{"until": "2026-03-01T10:00:00Z"}``    the clock moves on
==================================================================  ==================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from parcours.core.errors import InputError, nearest
from parcours.service.segments import as_instant
from parcours.service.sessions import Session

Step = Mapping[str, Any]
_STEPS: Mapping[str, tuple[Callable[[Session, Step], None], frozenset[str]]] = {
    "person": (
        lambda session, step: session.person(step["person"], step.get("attributes"), step.get("segments")),
        frozenset({"attributes", "segments"}),
    ),
    "set": (lambda session, step: session.set(step["set"], step.get("attributes", {})), frozenset({"attributes"})),
    "member": (
        lambda session, step: session.member(step["member"], step.get("segments", {})),
        frozenset({"segments"}),
    ),
    "event": (
        lambda session, step: session.event(step["event"], step.get("profile"), step.get("properties")),
        frozenset({"profile", "properties"}),
    ),
    "signal": (
        lambda session, step: session.signal(
            _said(step, "profile"), _said(step, "activity"), step["signal"], step.get("link")
        ),
        frozenset({"profile", "activity", "link"}),
    ),
    "answer": (
        lambda session, step: session.answer(
            step["answer"], status=step.get("status", 200), body=step.get("body"), result=step.get("result")
        ),
        frozenset({"status", "body", "result"}),
    ),
    "choose": (
        lambda session, step: session.choose(step["choose"], step.get("way"), wait=step.get("wait")),
        frozenset({"way", "wait"}),
    ),
    "advance": (lambda session, step: session.advance(step["advance"]), frozenset()),
    "until": (lambda session, step: session.advance_to(as_instant(step["until"])), frozenset()),
}


def play(session: Session, step: Step) -> None:
    """Do one step.

    Raises:
        InputError: it is none, or says what does not belong to it.
        UnknownNameError: it names what is not there.
    """
    kinds = [kind for kind in _STEPS if kind in step]
    if not isinstance(step, Mapping) or len(kinds) != 1:
        found = next(iter(step), "") if isinstance(step, Mapping) else ""
        raise InputError(
            f"this is no step: {str(step)[:80]}",
            code="no-step",
            hint=nearest(str(found), _STEPS) or "steps are: " + ", ".join(_STEPS),
        )
    do, settings = _STEPS[kinds[0]]
    for name in step:
        if name not in settings and name != kinds[0]:
            raise InputError(
                f"there is no {name!r} in a step {kinds[0]!r}",
                code="unknown-setting",
                hint=nearest(name, settings) or f"settings are: {', '.join(sorted(settings)) or 'none'}",
            )
    do(session, step)


def _said(step: Step, name: str) -> str:
    if name not in step:
        raise InputError(f"{name!r} is missing", code="missing-setting", hint=f"{{…, {name}: …}}")
    return str(step[name])
