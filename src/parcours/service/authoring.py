"""``workspace.definitions``: definitions of every kind as plain data: checked, saved, published, compared, taken back.

Segments and journeys have rooms of their own for what they do; here is what an editor does with any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

import polars as pl

from parcours.core.clock import as_datetime
from parcours.core.errors import DefinitionError
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.differences import Difference, difference
from parcours.flow.journeys.transfer import used
from parcours.language.sentences.writer import sentence
from parcours.service import applying
from parcours.service.applying import Change, Definitions
from parcours.service.definitions import ACTIVE, rule_in
from parcours.service.journeys import Journeys
from parcours.service.lives import Lives
from parcours.service.paging import PAGE, Order, Page, check_limit, cursor_of, place_in
from parcours.service.previews import Preview
from parcours.service.segments import Segments
from parcours.store.catalogue import Definition, State

if TYPE_CHECKING:
    from parcours.service.wiring import Parts

#: What can be defined.
DefinitionKind: TypeAlias = Literal["segment", "journey", "action", "source", "endpoint", "rule_set"]
Shape: TypeAlias = Mapping[str, Any]
Shapes: TypeAlias = Shape | Sequence[Shape]

_COLUMNS: dict[str, Any] = {
    "kind": pl.String,
    "id": pl.String,
    "name": pl.String,
    "state": pl.String,
    "version": pl.Int64,
    "published_version": pl.Int64,
    "revision": pl.Int64,
    "changed_at": pl.Datetime("us", "UTC"),
    "changed_by": pl.String,
}
_VERSIONS: dict[str, Any] = {
    "version": pl.Int64,
    "name": pl.String,
    "saved": pl.Datetime("us", "UTC"),
    "saved_by": pl.String,
    "published": pl.Boolean,
    "sentence": pl.String,
}
_HISTORY: dict[str, Any] = {
    "number": pl.Int64,
    "at": pl.Datetime("us", "UTC"),
    "by": pl.String,
    "kind": pl.String,
    "id": pl.String,
    "version": pl.Int64,
    "action": pl.String,
    "note": pl.String,
}


class Applies(Protocol):
    """What the workspace does with definitions of all kinds."""

    segments: Segments
    journeys: Journeys

    def check(self, path: Definitions) -> list[Change]:
        """See :meth:`parcours.service.workspace.Workspace.check`."""

    def apply(self, path: Definitions | None = None, *, publish: bool = True) -> list[Change]:
        """See :meth:`parcours.service.workspace.Workspace.apply`."""

    def preview(self, definition: Mapping[str, object]) -> list[Preview]:
        """See :meth:`parcours.service.workspace.Workspace.preview`."""


class Authoring:
    """The definitions of a workspace. Made by the workspace; frames are Polars frames."""

    def __init__(self, parts: Parts, workspace: Applies, changed: Callable[[], None]) -> None:
        self._parts, self._workspace, self._changed = parts, workspace, changed

    # --- questions ---------------------------------------------------------------------------------------

    def list(self, kind: DefinitionKind | None = None) -> pl.DataFrame:
        """All definitions but deleted ones: ``kind``, ``id``, ``name``, ``state``, ``version`` (the newest),
        ``published_version``, ``revision``, ``changed_at``, ``changed_by``.

        Args:
            kind: of this kind only.
        """
        rows = [
            (
                one.kind,
                one.id,
                one.name,
                str(one.state),
                one.latest,
                one.published_version,
                one.revision,
                as_datetime(one.changed_at),
                one.changed_by,
            )
            for one in self._parts.catalogue.list(kind)
        ]
        return pl.DataFrame(rows, schema=_COLUMNS, orient="row")

    def get(self, kind: DefinitionKind, id: str, version: int | None = None) -> Definition:
        """A definition with its newest version, or the one asked for; deleted ones too.

        Args:
            kind: what it defines.
            id: of the definition.
            version: number of the version.

        Raises:
            UnknownNameError: there is no such definition or version.
        """
        return self._parts.catalogue.get(kind, id, version)

    def versions(self, kind: DefinitionKind, id: str) -> pl.DataFrame:
        """Every version, the oldest first: ``version``, ``name``, ``saved``, ``saved_by``, ``published`` (whether it is
        the one that is evaluated), and ``sentence``: the rule of a segment in words.

        Args:
            kind: what it defines.
            id: of the definition.

        Raises:
            UnknownNameError: there is no such definition.
        """
        chosen = self._parts.catalogue.get(kind, id).published_version
        rows = [
            (
                one.version,
                one.name,
                as_datetime(one.created_at),
                one.created_by,
                one.version == chosen,
                sentence(rule_in(one.body)) if kind == "segment" else None,
            )
            for one in self._parts.catalogue.versions(kind, id)
        ]
        return pl.DataFrame(rows, schema=_VERSIONS, orient="row")

    def diff(self, kind: DefinitionKind, id: str, old: int, new: int) -> tuple[Difference, ...]:
        """What was changed between two versions, place by place.

        Args:
            kind: what it defines.
            id: of the definition.
            old, new: numbers of the versions.

        Raises:
            UnknownNameError: there is no such definition or version.
        """
        before, after = (self._parts.catalogue.get(kind, id, number) for number in (old, new))
        return difference(_source(before), _source(after))

    def history(
        self,
        kind: DefinitionKind | None = None,
        id: str | None = None,
        *,
        cursor: str | None = None,
        limit: int = PAGE,
    ) -> Page:
        """Who did what to which definition, the newest first: ``number``, ``at``, ``by``, ``kind``, ``id``,
        ``version``, ``action``, ``note``.

        Args:
            kind, id: of this kind, or of this definition.
            cursor: ``next`` of the page before.
            limit: at most so many.

        Raises:
            InputError: the cursor or the limit cannot be used.
        """
        check_limit(limit)
        order = Order("number", descending=True)
        place = place_in(cursor, order, int)
        found = self._parts.catalogue.history(kind, id, limit + 1, before=None if place is None else place[0])
        rows = [
            (one.number, as_datetime(one.at), one.by, one.kind, one.id, one.version, one.action, one.note)
            for one in found[:limit]
        ]
        following = cursor_of(order, found[limit - 1].number) if len(found) > limit else None
        return Page(pl.DataFrame(rows, schema=_HISTORY, orient="row"), following)

    def check(self, definitions: Shapes) -> list[Change]:  # type: ignore[valid-type]
        """Check definitions against each other and the workspace; tells what :meth:`apply` would change.

        Raises:
            DefinitionError: ``problems`` holds everything that is wrong, each with its place.
        """
        return self._workspace.check(definitions)

    def preview(self, definition: Shape) -> Sequence[Preview]:
        """Who would enter and who would leave if a segment or rule were published now, and what it costs.

        Args:
            definition: a segment, or a rule.

        Raises:
            DefinitionError: it cannot be accepted.
            WorkspaceError: there was no tick so far.
        """
        return self._workspace.preview(definition)

    # --- changing ----------------------------------------------------------------------------------------

    def apply(self, definitions: Shapes, *, publish: bool = True) -> list[Change]:  # type: ignore[valid-type]
        """Check definitions, then save and publish all of them, or on any problem none.

        Args:
            publish: without it they are saved as drafts only.

        Raises:
            DefinitionError: ``problems`` holds everything that is wrong, each with its place. Nothing was changed.
        """
        applying.read(definitions)  # these only: what else a configuration may hold asks for other rights
        return self._workspace.apply(definitions, publish=publish)

    def save(self, kind: DefinitionKind, id: str, definition: Shape, *, publish: bool = False) -> Definition:
        """Save a definition as a new version: a draft, unless it is published as well. Nothing happens when nothing
        changed.

        Args:
            kind: what it defines.
            id: of the definition.
            definition: the whole of it; kind and id need not be said again.
            publish: let it count at once.

        Raises:
            DefinitionError: ``problems`` holds everything that is wrong, each with its place. Nothing was changed.
            InputError: it says another id.
        """
        saved = applying.save_one(self._parts, kind, id, definition, publish=publish)
        self._changed()
        return saved

    def publish(self, kind: DefinitionKind, id: str) -> Definition:
        """Let the newest version count.

        Args:
            kind: what it defines.
            id: of the definition.

        Raises:
            UnknownNameError: there is no such definition.
            DefinitionError: it is refused: it was deleted, or what it refers to is gone …
        """
        self._parts.catalogue.get(kind, id)
        if kind == "segment":
            return self._workspace.segments.publish(id)
        if kind == "journey":
            return self._workspace.journeys.publish(id)
        self.apply(_shape(self._parts.catalogue.get(kind, id)))
        return self._parts.catalogue.get(kind, id)

    def roll_back(self, kind: DefinitionKind, id: str, version: int) -> Definition:
        """Let an older version count again: of a journey that version itself, of all others a new version like it.

        Args:
            kind: what it defines.
            id: of the definition.
            version: number of the version.

        Raises:
            UnknownNameError: there is no such definition or version.
            DefinitionError: it is refused: names that it uses are gone …
        """
        if kind == "journey":
            return self._workspace.journeys.roll_back(id, version)
        old = self._parts.catalogue.get(kind, id, version)
        live = old.state == State.PUBLISHED
        self.apply(_shape(old), publish=live)
        return self._parts.catalogue.get(kind, id)

    def delete(self, kind: DefinitionKind, id: str) -> Definition:
        """Take a definition out of use for good; its versions and history stay readable.

        Args:
            kind: what it defines.
            id: of the definition.

        Raises:
            UnknownNameError: there is no such definition.
            DefinitionError: ``in-use``: journeys refer to it, the message names them.
        """
        if kind == "segment":
            return self._workspace.segments.delete(id)
        if kind == "journey":
            return self._workspace.journeys.delete(id)
        self._refuse_used(kind, id)
        done = self._parts.catalogue.delete(kind, id, at=self._parts.clock.now())
        self._changed()
        return done

    def restore(self, kind: DefinitionKind, id: str) -> Definition:
        """Take a deletion back: what it defines is what it was before, with all versions; what was published counts
        again. A journey comes back as a draft: who was taken out stays out. Nothing happens to one that is not deleted.

        Args:
            kind: what it defines.
            id: of the definition.

        Raises:
            UnknownNameError: there is no such definition.
            DefinitionError: it is refused: names that it uses are gone …
        """
        found = self._parts.catalogue.get(kind, id)
        if found.state != State.DELETED:
            return found
        if kind == "journey":
            self.apply(_shape(found), publish=False)
            return self._parts.catalogue.get(kind, id)
        with self._parts.moving, self._parts.catalogue.together():  # in this order, as a tick takes them
            published = self._parts.catalogue.before_deletion(kind, id)[1]
            if published is not None:
                applying.checked(_shape(self._parts.catalogue.get(kind, id, published)), self._parts)
            done = self._parts.catalogue.restore(kind, id, at=self._parts.clock.now())
        self._changed()
        return done

    def _refuse_used(self, kind: str, id: str) -> None:
        lives = Lives(self._parts)
        users = sorted(
            journey
            for journey, statuses in lives.statuses().items()
            if any(
                status in ACTIVE and id in _named(self._workspace.journeys.definition(journey, number), kind)
                for number, status in statuses.items()
            )
        )
        if users:
            raise DefinitionError(
                f"{kind} {id!r} cannot be deleted: it is used by {', '.join(f'journey {user!r}' for user in users)}",
                code="in-use",
                hint="change or stop these first",
            )


def _named(journey: JourneyDefinition, kind: str) -> set[str]:
    """The definitions of a kind that a journey uses; of a group of a source, the source."""
    return {name.partition(".")[0] for name in getattr(used(journey), kind, ())}


def _source(definition: Definition) -> Mapping[str, Any]:
    source = definition.body["source"]
    assert isinstance(source, Mapping)
    return source


def _shape(definition: Definition) -> Mapping[str, Any]:
    """A version as it was written, with its name."""
    return {definition.kind: definition.id, "name": definition.name, **_source(definition)}
