"""Identity types: which rules hold where a workspace knows them (journeys.md, section 3).

A journey belongs to one identity type, its namespace; so do events. A workspace without namespaces has none of these
rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from parcours.core.errors import DefinitionError, ParcoursError
from parcours.flow.journeys.activities.base import EventListener
from parcours.flow.journeys.definitions.form import Form
from parcours.language.tree import Aggregate, Attribute, Events, Member, Node, walk

#: The identity type of each event type, ``None`` for those without; events that are not named have that of the journey.
Namespaces: TypeAlias = Mapping[str, str | None]
#: What is read of the profile store.
_OF_PROFILE = (Attribute, Events, Aggregate, Member)


def namespace_problems(form: Form, rules: Mapping[str, Node], known: Namespaces) -> Iterator[ParcoursError]:
    """Everything that is wrong with the identity types of a journey; ``rules`` are its typed rules by place.

    Where identities are resolved, any event of a person counts, of whatever type (section 21, line 17)."""
    if form.head.identities == "resolved":
        return
    yield from single_namespace(form, known)
    if form.head.identity is None:
        yield from profile_needs_namespace(rules)
        yield from update_profile_needs_namespace(form)


def single_namespace(form: Form, known: Namespaces) -> Iterator[ParcoursError]:
    """All events of a journey are about persons of one identity type."""
    own, entry = form.head.identity, form.head.entry
    if entry.namespace is not None and entry.namespace != own:
        yield _mixed("entry.namespace", f"the entry is of namespace {entry.namespace!r}", own)
    for where, event in _events(form):
        theirs = known.get(event, own)
        if theirs != own:
            yield _mixed(where, f"event {event!r} is of " + _named(theirs), own)


def profile_needs_namespace(rules: Mapping[str, Node]) -> Iterator[ParcoursError]:
    """Without an identity type the profile cannot be asked for."""
    for place, tree in rules.items():
        read = next((part for part in walk(tree) if isinstance(part, _OF_PROFILE)), None)
        if read is not None:
            what = f"attribute {'.'.join(read.path)!r}" if isinstance(read, Attribute) else "data of the profile"
            yield DefinitionError(
                f"it reads {what}, and the journey has no namespace by which the profile is found",
                code="profile-needs-namespace",
                where=place,
                hint="give the journey a namespace, or use data of its events only",
            )


def update_profile_needs_namespace(form: Form) -> Iterator[ParcoursError]:
    """Without an identity type there is no profile to write to."""
    for name, activity in form.activities.items():
        if activity.kind == "update_profile":
            yield DefinitionError(
                "the journey has no namespace by which the profile to write to is found",
                code="update-profile-needs-namespace",
                where=f"activities.{name}",
                hint="give the journey a namespace",
            )


def _events(form: Form) -> Iterator[tuple[str, str]]:
    """The events about persons that a journey hears, and where each is named. Business events are about nobody."""
    if form.head.entry.event is not None:
        yield "entry.event", form.head.entry.event
    for index, rule in enumerate(form.head.exit_when):
        if rule.event is not None:
            yield f"exit_when[{index}].event", rule.event
    for name, activity in form.activities.items():
        for listener in activity.listens():
            if isinstance(listener, EventListener):
                yield f"activities.{name}.event", listener.event


def _mixed(where: str, said: str, own: str | None) -> DefinitionError:
    return DefinitionError(
        f"{said}, the journey of {_named(own)}",
        code="single-namespace",
        where=where,
        hint="a journey and all its events have one identity type",
    )


def _named(namespace: str | None) -> str:
    return "no namespace" if namespace is None else f"namespace {namespace!r}"
