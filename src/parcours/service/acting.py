"""What is done with journeys: published, closed, stopped, paused, tested, moved to other versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from parcours.core.clock import duration
from parcours.core.errors import DefinitionError, UnknownNameError
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.lifecycle import PAUSE, Action, Control
from parcours.flow.journeys.migration import Destinations, destinations
from parcours.language.tree import Aggregate, walk
from parcours.language.tree_json import to_json
from parcours.service import applying
from parcours.service.defined import Defined
from parcours.service.definitions import ACTIVE, journey_of
from parcours.service.lives import Lives
from parcours.service.rules import Rules
from parcours.store.catalogue import Definition

if TYPE_CHECKING:
    from parcours.service.wiring import Parts


class Actions(Defined):
    """What can be done with the journeys of a workspace.

    What is done with a version goes by the rules of its life: an action that is refused raises
    :class:`~parcours.DefinitionError` with the rule as its code. It happens with the next tick, exactly once; in a
    workspace that stands still before the call returns. Without ``version`` it is about the newest version, or the
    newest one that runs.
    """

    kind = "journey"

    def __init__(self, parts: Parts, changed: Callable[[], None]) -> None:
        super().__init__(parts, changed)
        self._lives = Lives(parts)

    def get(self, journey: str, version: int | None = None) -> Definition:
        """A journey with its newest version, or the one asked for; deleted ones too.

        Raises:
            UnknownNameError: there is no such journey or version.
        """
        found = self._known(journey)
        return found if version is None else self._parts.catalogue.get(self.kind, journey, version)

    def definition(self, journey: str, version: int | None = None) -> JourneyDefinition:
        """A version of a journey as it is read: by default the newest one that runs, else the newest.

        Raises:
            UnknownNameError: there is no such journey or version.
        """
        self._known(journey)
        return journey_of(self._parts.catalogue.get(self.kind, journey, version or self._current(journey)))

    def statuses(self, journey: str) -> dict[int, str]:
        """The status of every version by its number: ``draft``, ``draft_test``, ``dry_run``, ``live``, ``paused``,
        ``closed``, ``stopped`` or ``finished``.

        Raises:
            UnknownNameError: there is no such journey.
        """
        self._known(journey)
        return self._lives.statuses_of(journey)

    def save(self, journey: str, definition: Mapping[str, Any], *, publish: bool = False) -> Definition:
        """Save a journey as a new version: a draft, unless it is published as well. Nothing happens when nothing
        changed.

        Args:
            journey: its id; a new one, or one there is.
            definition: ``entry``, ``start``, ``activities`` and what else there is.
            publish: open it for entry at once; the version before it is closed.

        Raises:
            DefinitionError: ``problems`` holds everything that is wrong, each with its place. Nothing was changed.
            InputError: it says another id.
        """
        return self._done(applying.save_one(self._parts, self.kind, journey, definition, publish=publish))

    # --- life --------------------------------------------------------------------------------------------

    def publish(self, journey: str, version: int | None = None) -> Definition:
        """Open a draft for entry; the version before it is closed.

        Raises:
            UnknownNameError: there is no such journey.
            DefinitionError: it is refused: it is no draft, jumps into a journey that is not live, changes what versions
                must not change …
        """
        return self._act(journey, "publish", version or self._newest(journey))

    def close(self, journey: str, version: int | None = None) -> Definition:
        """Let nobody in any more; who is inside finishes. Raises as :meth:`publish`."""
        return self._act(journey, "close", version)

    def stop(self, journey: str, version: int | None = None) -> Definition:
        """End everybody inside, and let nobody in; without ``version`` of every version. Raises as :meth:`publish`."""
        statuses = self.statuses(journey).items()
        running = [number for number, status in statuses if status in ("live", "paused", "closed")]
        wanted: tuple[int | None, ...] = tuple(sorted(running, reverse=True)) or (None,)
        with self._parts.moving, self._parts.catalogue.together():
            for each in wanted if version is None else (version,):
                self._lives.act(journey, Control("stop", each))
        return self._changed_now(journey)

    def pause(
        self,
        journey: str,
        version: int | None = None,
        *,
        profiles: Literal["hold", "discard"] = "hold",
        for_: str | None = PAUSE,
    ) -> Definition:
        """Let nobody in, and do nothing to people: who comes to an action is held there, or leaves (``discard``).

        Args:
            for_: go on by itself after this time, for example ``3 days``; ``None``: only when it is resumed.

        Raises:
            InputError: that is no length of time.
            UnknownNameError, DefinitionError: see :meth:`publish`.
        """
        if for_ is not None:
            duration(for_)
        options = {"profiles": profiles, "for": for_}
        return self._act(journey, "pause", version, options)

    def resume(self, journey: str, version: int | None = None) -> Definition:
        """End a pause: who was held goes on. Raises as :meth:`publish`."""
        return self._act(journey, "resume", version)

    def set_attribute_exit(self, journey: str, when: object, version: int | None = None) -> Definition:
        """While it is paused: who meets this rule about attributes and segments leaves at the next action.

        Raises:
            UnknownNameError, DefinitionError: see :meth:`publish`; or the rule cannot be accepted.
        """
        node = Rules(self._parts).check(when).node
        if any(isinstance(part, Aggregate) for part in walk(node)):
            raise DefinitionError(
                "an exit by attributes cannot count events", code="not-kept", hint="make a segment that does"
            )
        return self._act(journey, "set_attribute_exit", version, {"when": to_json(node)})

    def test_on(self, journey: str, version: int | None = None) -> Definition:
        """Let test profiles (attribute ``test_profile``) into a draft. Raises as :meth:`publish`."""
        return self._act(journey, "test_on", version or self._newest(journey))

    def test_off(self, journey: str, version: int | None = None) -> Definition:
        """End a test: everybody in it is taken out. Raises as :meth:`publish`."""
        return self._act(journey, "test_off", version)

    def dry_run_on(self, journey: str, version: int | None = None) -> Definition:
        """Let real people pass a draft, and do nothing to them. Raises as :meth:`publish`."""
        return self._act(journey, "dry_run_on", version or self._newest(journey))

    def dry_run_off(self, journey: str, version: int | None = None) -> Definition:
        """End a dry run. Raises as :meth:`publish`."""
        return self._act(journey, "dry_run_off", version)

    def reopen(self, journey: str, version: int | None = None) -> Definition:
        """Let people into a version again that was closed, stopped or finished. Raises as :meth:`publish`."""
        return self._act(journey, "reopen", version or self._newest(journey))

    def roll_back(self, journey: str, version: int | None = None) -> Definition:
        """Close the live version, and open the one before it, or this one, again. Raises as :meth:`publish`."""
        self._known(journey)
        self._lives.act(journey, Control("roll_back", version))
        return self._changed_now(journey)

    def new_version(self, journey: str) -> int:
        """A draft like the newest version, beside it; gives its number. Raises as :meth:`publish`."""
        self._known(journey)
        found = self._lives.act(journey, Control("new_version"))
        return found.versions[-1].number

    def migrate(
        self,
        journey: str,
        version: int | None = None,
        to: int | None = None,
        mapping: Mapping[str, str] | None = None,
        *,
        preview: bool = False,
    ) -> Destinations:
        """Have the people inside one version go on in another; says where each lands.

        Args:
            version: whom it is about; by default the version before ``to`` in which somebody may be.
            to: where they go; by default the newest version that runs.
            mapping: activities of ``to`` for activities of ``version``; those of the same id need none.
            preview: only say what would happen.

        Raises:
            UnknownNameError: there is no such journey.
            DefinitionError: it is refused; people stand where ``to`` has no place for them (``no-destination``) …
        """
        statuses = self.statuses(journey)
        active = [number for number, status in statuses.items() if status in ACTIVE]
        target = to or max([number for number in active if statuses[number] != "closed"] or active, default=None)
        old = version or max([number for number in active if number != target], default=None)
        if target is None or old is None or target not in statuses or old not in statuses:
            raise DefinitionError(
                f"journey {journey!r} has no two versions in which people are",
                code="not-live",
                hint="parcours journeys versions lists them",
            )
        people = self._standing(journey, old)
        found = destinations(self.definition(journey, old), self.definition(journey, target), mapping, people)
        if not preview:
            options: dict[str, object] = {"to": target, "mapping": dict(mapping or {})}
            if people is not None:
                options["people"] = people
            self._act(journey, "migrate", old, options)
        return found

    def _standing(self, journey: str, version: int) -> dict[str, int] | None:
        """How many people stand at each place of a version; ``None`` where that is not known."""
        if self._parts.log.last_tick() is None:
            return None
        with self._parts.moving:
            known = self._parts.runner.state.journeys.journeys.get(journey)
            if known is None:
                return {}
            where = self._parts.runner.state.journeys.where(journey)
        inside = where.filter((pl.col("version") == version) & (pl.col("status") == "waiting"))
        places = inside.group_by(pl.col("activities").list.join("|").alias("place")).len()
        return {place: count for place, count in places.sort("place").iter_rows() if place}

    def retry(
        self,
        journey: str,
        version: int | None = None,
        *,
        profiles: Sequence[str] | None = None,
        activity: str | None = None,
    ) -> Definition:
        """Have runs that failed go on from the step that failed: all of a version, or those of these profiles, or those
        that failed at this activity. Raises as :meth:`publish`."""
        options: dict[str, object] = {}
        if profiles is not None:
            options["profiles"] = [str(profile) for profile in profiles]
        if activity is not None:
            options["activity"] = activity
        return self._act(journey, "retry", version, options)

    def edit_texts(self, shape: Mapping[str, Any], version: int | None = None) -> Definition:
        """Change names, labels, descriptions and contents of messages of a version in place, people inside or not.

        Args:
            shape: the whole definition as plain data; what is no text must be as it is.

        Raises:
            UnknownNameError: there is no such journey.
            DefinitionError: it cannot be accepted, or changes more than texts (``read-only``).
        """
        journey = str(shape.get("journey"))
        self._known(journey)
        found = applying.checked_all([shape], f"journey {journey!r}", self._parts).items[0]
        number = version or self._current(journey)
        self._lives.act(journey, Control("edit_texts", number, definition=found.journey))
        return self._changed_now(journey)

    def delete(self, journey: str, version: int | None = None) -> Definition:
        """Stop a journey and take it out of use for good, or delete one version that is a draft or finished; what was
        saved and what happened stays readable.

        Raises:
            UnknownNameError: there is no such journey.
            DefinitionError: the version is neither.
        """
        self._known(journey)
        if version is not None:
            return self._act(journey, "delete", version)
        self._lives.delete(journey)
        return self._changed_now(journey)

    # --- how ---------------------------------------------------------------------------------------------

    def _act(
        self, journey: str, action: Action, version: int | None, options: Mapping[str, object] | None = None
    ) -> Definition:
        self._known(journey)
        self._lives.act(journey, Control(action, version or self._current(journey), options or {}))
        return self._changed_now(journey)

    def _changed_now(self, journey: str) -> Definition:
        self._changed()
        return self._parts.catalogue.get(self.kind, journey)

    def _current(self, journey: str) -> int | None:
        """The newest version that runs, or else the newest."""
        statuses = self._lives.statuses_of(journey)
        running = [number for number, status in statuses.items() if status in ("live", "paused")]
        active = running or [number for number, status in statuses.items() if status in ACTIVE]
        return max(active or statuses, default=None)

    def _newest(self, journey: str) -> int | None:
        return max(self._lives.statuses_of(journey), default=None)

    def _unknown(self, id: str, hint: str) -> UnknownNameError:
        return UnknownNameError(f"there is no journey {id!r}", code="unknown-journey", hint=hint)
