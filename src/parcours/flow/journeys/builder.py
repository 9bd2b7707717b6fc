"""Journeys written in Python: the same plain data as in a file, with names and types that an editor knows.

    journey = (
        Journey("welcome", reentry=Reentry(wait="30 days"))
        .on_event("visit", where={"field": "total", "at_least": 20})
        .wait("1 day")
        .email(to="{{ profile.email }}", subject="Welcome", body="Good to see you")
        .race(
            bought=WaitForEvent(event="purchase", timeout="7 days", on_timeout="late"),
            gold=WaitForSegment(segment="gold"),
        )
        .then("thanks", Sms(to="{{ profile.phone }}", text="Thank you"))
        .branch("late", Email(to="{{ profile.email }}", subject="Still there?", body="…"))
        .body()
    )

Each activity goes on to the one that is added behind it, where it does not say itself where it goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypedDict, Unpack

import msgspec

from parcours.core.errors import DefinitionError
from parcours.flow.journeys.activities.base import Activity
from parcours.flow.journeys.activities.condition import Condition, Path
from parcours.flow.journeys.activities.email import Email
from parcours.flow.journeys.activities.wait import Wait
from parcours.flow.journeys.activities.wait_for_event import WaitForEvent
from parcours.flow.journeys.definitions import Entry, ExitRule, Goal, Reentry, Schedule, Testing, ZoneOfPerson
from parcours.flow.journeys.definitions.plain import plain_body
from parcours.language.tree import Node

#: A rule: a rule tree, a mapping with the name of a language (``{pql: "…"}``), or a typed tree.
Rule = Mapping[str, Any] | Node
Length = str | int | float


class Settings(TypedDict, total=False):
    """The settings of a journey besides its entry, as in a file."""

    name: str
    description: str
    tags: tuple[str, ...]
    namespace: str
    reentry: Reentry
    on_entry_inside: Literal["drop", "queue", "restart", "parallel"]
    starts: str
    ends: str
    at_end: Literal["close", "exit"]
    zone: str | ZoneOfPerson
    step_timeout: Length
    stay: Length | None
    exit_when: tuple[ExitRule, ...]
    rule_sets: tuple[str, ...]
    priority: int
    version_rules: Literal["strict", "free"]
    goal: Goal
    holdout: int | float
    test: Testing


class Journey:
    """A journey in the making. Every method but :meth:`body` gives the journey itself, so that they can be chained."""

    def __init__(self, id: str, **settings: Unpack[Settings]) -> None:
        self._id = id
        self._settings = settings
        self._entry: Entry | None = None
        self._start: tuple[str, ...] | None = None
        self._activities: dict[str, Activity] = {}
        self._open: tuple[str, ...] = ()

    # --- who enters -----------------------------------------------------------------------------------

    def on_event(
        self, event: str, *, where: Rule | None = None, when: Rule | None = None, supplemental: str | None = None
    ) -> Journey:
        """Whoever has this event enters; ``where`` is about the event, ``when`` about the profile."""
        return self.on(Entry(event=event, where=where, when=when, supplemental=supplemental))

    def on_segment(
        self,
        segment: str,
        on: Literal["enter", "exit", "both"] = "enter",
        *,
        when: Rule | None = None,
        include_members: bool = False,
    ) -> Journey:
        """Whoever enters or leaves the segment."""
        return self.on(Entry(segment=segment, on=on, when=when, include_members=include_members))

    def on_read(
        self,
        segment: str,
        schedule: Schedule | None = None,
        *,
        when: Rule | None = None,
        rate: float | None = None,
        spread: Length | None = None,
    ) -> Journey:
        """All members of the segment, when ``schedule`` says."""
        return self.on(Entry(read=segment, schedule=schedule, when=when, rate=rate, spread=spread))

    def on_business_event(
        self, event: str, read: str, *, where: Rule | None = None, when: Rule | None = None
    ) -> Journey:
        """All members of the segment ``read``, whenever an event of this type about nobody happens."""
        return self.on(Entry(business_event=event, read=read, where=where, when=when))

    def on(self, entry: Entry) -> Journey:
        """Any entry, with all its settings."""
        self._entry = entry
        return self

    # --- what they pass -------------------------------------------------------------------------------

    def then(self, name: str, activity: Activity) -> Journey:
        """The next activity: everything that is open goes on to it."""
        self._lead_to(name)
        return self.branch(name, activity)

    def race(self, **activities: Activity) -> Journey:
        """Activities that race, the first one on top; whichever wins goes on to what is added next."""
        self._lead_to(*activities)
        for name, activity in activities.items():
            self._add(name, activity)
        self._open = tuple(name for name in activities if self._is_open(name))
        return self

    def branch(self, name: str, activity: Activity) -> Journey:
        """An activity that others lead to by its name; what is added behind it follows it."""
        self._add(name, activity)
        self._open = (name,) if self._is_open(name) else ()
        return self

    def end(self) -> Journey:
        """Nothing follows: what is added next stands apart."""
        self._open = ()
        return self

    def wait(self, length: Length, name: str | None = None) -> Journey:
        """A wait of this length."""
        return self.then(name or self._free("wait"), Wait(length=length))

    def wait_for(
        self,
        event: str,
        *,
        where: Rule | None = None,
        timeout: Length | None = None,
        on_timeout: str | None = None,
        name: str | None = None,
    ) -> Journey:
        """A wait for an event; without ``on_timeout`` those who come too late go on as well."""
        waiting = WaitForEvent(event=event, where=where, timeout=timeout, on_timeout=on_timeout)
        return self.then(name or self._free(event), waiting)

    def email(
        self,
        *,
        to: str,
        subject: str,
        body: str = "",
        html: str = "",
        on_error: str | None = None,
        name: str | None = None,
    ) -> Journey:
        """An e-mail."""
        mail = Email(to=to, subject=subject, body=body, html=html, on_error=on_error)
        return self.then(name or self._free("email"), mail)

    def condition(self, *paths: Path, otherwise: str | None = None, name: str | None = None) -> Journey:
        """A condition; its paths lead to branches, by their names."""
        return self.then(name or self._free("condition"), Condition(paths=paths, otherwise=otherwise))

    # --- what comes of it -----------------------------------------------------------------------------

    def body(self) -> dict[str, Any]:
        """The definition as plain data, for :func:`~parcours.flow.journeys.definitions.read_journey` or a file.

        Raises:
            DefinitionError: nothing says who enters (code ``entry-must-be-event``).
        """
        if self._entry is None:
            hint = 'for example .on_event("visit")'
            raise DefinitionError("nothing says who enters", code="entry-must-be-event", where="entry", hint=hint)
        shape: dict[str, Any] = {
            "journey": self._id,
            **{name: _written(value) for name, value in self._settings.items()},
        }
        start = self._start or ()
        shape |= {"entry": _written(self._entry), "start": start[0] if len(start) == 1 else [*start]}
        shape["activities"] = {name: _activity(activity) for name, activity in self._activities.items()}
        return plain_body(shape)

    def _lead_to(self, *names: str) -> None:
        if self._start is None:
            self._start = names
        to = names[0] if len(names) == 1 else names
        for name in self._open:
            self._activities[name] = msgspec.structs.replace(self._activities[name], then=to)

    def _add(self, name: str, activity: Activity) -> None:
        if name in self._activities:
            message = f"there are two activities {name!r}"
            raise DefinitionError(message, code="repeated-name", where=f"activities.{name}", hint="name one otherwise")
        self._activities[name] = activity

    def _is_open(self, name: str) -> bool:
        activity = self._activities[name]
        return "then" in activity.__struct_fields__ and getattr(activity, "then", None) is None

    def _free(self, name: str) -> str:
        names = [name, *(f"{name}-{number}" for number in range(2, len(self._activities) + 3))]
        return next(one for one in names if one not in self._activities)


def _activity(activity: Activity) -> dict[str, Any]:
    return {"type": activity.kind, **_written(activity)}


def _written(value: Any) -> Any:
    """A setting as plain data; of settings inside it those that are not as they are by themselves."""
    if isinstance(value, msgspec.Struct):
        known = ((field, getattr(value, field.name)) for field in msgspec.structs.fields(value))
        return {field.encode_name: _written(found) for field, found in known if not _usual(field, found)}
    if isinstance(value, Mapping):
        return {name: _written(part) for name, part in value.items()}
    return [_written(part) for part in value] if isinstance(value, list | tuple) else value


def _usual(field: msgspec.structs.FieldInfo, value: object) -> bool:
    if field.default_factory is not msgspec.NODEFAULT:
        return bool(value == field.default_factory())
    return field.default is not msgspec.NODEFAULT and value == field.default and type(value) is type(field.default)
