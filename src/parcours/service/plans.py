"""``workspace.plans``: what events are to look like, and what was done against it."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from typing import Any, Literal, get_args

import polars as pl
from sqlalchemy import delete, insert, select

from parcours.core.clock import as_datetime
from parcours.core.errors import InputError, UnknownNameError, nearest
from parcours.flow.ingest.turning.names import event_name
from parcours.flow.ingest.turning.rules import IDENTIFY, Mode
from parcours.flow.ingest.turning.schemas import event_plan
from parcours.service.access.frames import AT, framed, told
from parcours.service.segments import Moment, as_instant
from parcours.service.wiring import UNPLANNED, Parts
from parcours.store.catalogue.plans import plans

Unplanned = Literal["allow", "reject"]
_COLUMNS = {"event": pl.String, "mode": pl.String, "changed_at": AT}


class Plans:
    """Tracking plans: a JSON Schema for an event type, or for the traits of ``identify`` calls.

    They hold for requests from the next tick on; files are checked when they are imported, by their mapping.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def list(self) -> pl.DataFrame:
        """All plans: ``event``, ``mode``, ``changed_at``, and ``violations`` (how many events so far)."""
        with self._parts.catalogue.reading() as con:
            rows = con.execute(select(plans).order_by(plans.c.event)).mappings().all()
        found = self.violations().group_by("event").agg(pl.col("count").sum().alias("violations"))
        counted = framed(rows, _COLUMNS).join(found, on="event", how="left", maintain_order="left")
        return counted.with_columns(pl.col("violations").fill_null(0))

    def get(self, event: str) -> dict[str, object]:
        """One plan with its schema.

        Args:
            event: the event type, or ``identify``.

        Raises:
            UnknownNameError: there is no plan for it.
        """
        with self._parts.catalogue.reading() as con:
            row = con.execute(select(plans).where(plans.c.event == event)).mappings().first()
            if row is None:
                known = con.execute(select(plans.c.event)).scalars()
                raise UnknownNameError(
                    f"there is no tracking plan for {event!r}", code="unknown-plan", hint=nearest(event, known)
                )
        return told(dict(row))

    def save(self, event: str, schema: Mapping[str, object], *, mode: Mode = "reject") -> dict[str, object]:
        """Set the plan of an event type; gives it as it is then.

        Args:
            event: the event type, or its name as clients send it; ``identify`` for traits of people.
            schema: JSON Schema of the properties, with the names that clients send.
            mode: ``reject``: what violates it becomes a dead letter; ``accept``: it is taken in, and counted.

        Raises:
            InputError: the schema is none, or the mode is not one of these.
        """
        if mode not in get_args(Mode):
            raise InputError(f"{mode!r} is no mode", code="bad-mode", where="mode", hint="reject or accept")
        event = self._type_of(event)
        event_plan(event, schema, mode)
        row = {"event": event, "mode": mode, "schema": dict(schema), "changed_at": self._parts.clock.now()}
        with self._parts.catalogue.writing() as con:
            con.execute(delete(plans).where(plans.c.event == event))
            con.execute(insert(plans).values(**row))
        self._parts.forget_rules()
        return self.get(event)

    def delete(self, event: str) -> None:
        """Forget a plan; events of the type are taken in as they come, or (:meth:`unplanned`) not at all.

        Args:
            event: the event type, or ``identify``.

        Raises:
            UnknownNameError: there is no plan for it.
        """
        self.get(event)
        with self._parts.catalogue.writing() as con:
            con.execute(delete(plans).where(plans.c.event == event))
        self._parts.forget_rules()

    def unplanned(self, mode: Unplanned | None = None) -> str:
        """What becomes of ``track`` events without a plan: ``allow`` or ``reject``.

        Args:
            mode: from now on this.

        Raises:
            InputError: it is neither.
        """
        if mode is not None:
            if mode not in get_args(Unplanned):
                raise InputError(f"{mode!r} is no mode", code="bad-mode", where="mode", hint="allow or reject")
            self._parts.catalogue.set_setting(UNPLANNED, mode, at=self._parts.clock.now())
            self._parts.forget_rules()
        return str(self._parts.catalogue.setting(UNPLANNED) or "allow")

    def check(self, event: str, properties: Mapping[str, object]) -> builtins.list[dict[str, object]]:
        """What properties would violate: ``property``, ``rule`` and ``message`` each. Nothing is kept.

        Args:
            event: the event type, or ``identify``.
            properties: as a client would send them.

        Raises:
            UnknownNameError: there is no plan for it.
        """
        plan = self.get(event)
        found = event_plan(event, plan["schema"], "accept").check(dict(properties))  # type: ignore[arg-type]
        return [{"property": each.property, "rule": each.rule, "message": each.message} for each in found]

    def violations(
        self, event: str | None = None, *, source: str | None = None, since: Moment | None = None
    ) -> pl.DataFrame:
        """What was done against plans: ``event``, ``property``, ``rule``, ``source``, ``rejected``, ``count`` of
        events, ``last`` (instant) and an ``example`` as JSON; the most frequent first.

        Args:
            event: of this type only.
            source: from this source only.
            since: what came since then.
        """
        after = None if since is None else as_datetime(as_instant(since))
        return self._parts.log.violations(event, source, after)

    def _type_of(self, event: str) -> str:
        if not event.strip():
            raise InputError("name an event type", code="no-event", where="event")
        if event == IDENTIFY:
            return event
        known: Mapping[str, Any] = self._parts.schema.events
        return event if event in known else event_name(event)
