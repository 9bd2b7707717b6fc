"""The obvious runtime: one person, one journey, one thing after another. Reads definitions as plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from parcours.core.clock import duration

Holds = Callable[[Any], bool]


@dataclass
class Run:
    number: int
    version: int
    body: Mapping[str, Any]
    entered: int
    at: int
    standing: str | None = None
    due: int | None = None
    ended: int | None = None
    heard: dict[str, Any] | None = None


@dataclass
class Person:
    """One profile in one journey."""

    id: str
    run: Run | None = None
    early: list[dict[str, Any]] = field(default_factory=list)
    steps: list[tuple[Any, ...]] = field(default_factory=list)
    mails: list[tuple[Any, ...]] = field(default_factory=list)

    def tick(
        self,
        now: int,
        version: int,
        body: Mapping[str, Any],
        changes: list[tuple[int, str]],
        events: list[dict[str, Any]],
        holds: Holds,
    ) -> None:
        """Live through everything that happened up to ``now``."""
        self.steps, self.mails = [], []
        heard = [event for event in self.early + events if event["time"] <= now]
        self.early = [event for event in self.early + events if event["time"] > now]
        agenda = [(event["time"], 0, "event", event) for event in heard]
        agenda += [(time, 1, "change", direction) for time, direction in changes]
        for time, _, what, value in sorted(agenda, key=lambda entry: entry[:2]):
            self.timers(time - 1, holds)
            if what == "event":
                self.hear(value, holds)
            else:
                self.change(time, value, version, body, holds)
        self.timers(now, holds)

    def timers(self, until: int, holds: Holds) -> None:
        while self.run and self.run.standing and self.run.due is not None and self.run.due <= until:
            activity = self.run.body["activities"][self.run.standing]
            if activity["type"] == "wait":
                self.leave("elapsed", activity.get("then"), self.run.due, holds)
            else:
                self.leave("timeout", activity.get("on_timeout") or activity.get("then"), self.run.due, holds)

    def hear(self, event: dict[str, Any], holds: Holds) -> None:
        run = self.run
        if run is None or run.standing is None:
            return
        activity = run.body["activities"][run.standing]
        if activity["type"] != "wait_for_event" or activity["event"] != event["type"]:
            return
        if not (run.at < event["time"] and (run.due is None or event["time"] <= run.due)):
            return
        least = activity["where"]["at_least"] if "where" in activity else None
        if least is not None and not (event["total"] is not None and event["total"] >= least):
            return
        run.heard = event
        self.leave("event", activity.get("then"), event["time"], holds, event["id"])

    def change(self, time: int, direction: str, version: int, body: Mapping[str, Any], holds: Holds) -> None:
        entry, reentry = body["entry"], body.get("reentry", {})
        detail = f"{direction} {entry['segment']}"
        reason = self.refusal(time, direction, entry, reentry)
        if reason:
            self.note(version, self.run.number if self.run else 0, body, "entry", "discard", reason, time, detail)
            return
        self.run = Run((self.run.number if self.run else 0) + 1, version, body, time, time)
        self.note(version, self.run.number, body, "entry", "entry", "entered", time, detail)
        self.arrive(body["start"], time, holds)

    def refusal(self, time: int, direction: str, entry: Mapping[str, Any], reentry: Mapping[str, Any]) -> str | None:
        if entry["on"] not in ("both", direction):
            return "behaviour_mismatch"
        if self.run is None:
            return None
        if self.run.ended is None or time <= self.run.ended:
            return "already_in_journey"
        if not reentry.get("allowed", True):
            return "reentrance_not_allowed"
        if time - self.run.entered < duration(reentry.get("wait", "5 minutes")):
            return "reentrance_wait"
        return None

    def arrive(self, name: str, time: int, holds: Holds) -> None:
        run = self.run
        assert run is not None
        run.at = time
        activity = run.body["activities"][name]
        run.standing = name
        match activity["type"]:
            case "wait":
                run.due = time + duration(activity["for"])
                self.log(name, "wait", "waiting", time)
            case "wait_for_event":
                run.due = time + duration(activity["timeout"]) if "timeout" in activity else None
                self.log(name, "wait_for_event", "waiting", time)
            case "condition":
                for path in activity["paths"]:
                    if holds(path["when"]):
                        self.leave(path["label"], path.get("to"), time, holds)
                        return
                self.leave("otherwise", activity.get("otherwise"), time, holds)
            case "email":
                shown = "event." in activity["body"]
                event = {"total": run.heard["total"]} if shown and run.heard else None
                key = f"{run.body['journey']}/{run.number}/{self.id}/{name}/1"
                self.mails.append((key, run.version, name, time, event))
                self.leave("next", activity.get("then"), time, holds)
            case "end":
                self.end(name, time)

    def leave(self, label: str, to: str | None, time: int, holds: Holds, detail: str | None = None) -> None:
        run = self.run
        assert run is not None
        assert run.standing is not None
        name = run.standing
        self.log(name, run.body["activities"][name]["type"], label, time, detail)
        run.standing, run.due = None, None
        if to is None:
            self.end(name, time)
        else:
            self.arrive(to, time, holds)

    def end(self, name: str, time: int) -> None:
        run = self.run
        assert run is not None
        run.standing, run.ended = None, time
        self.log(name, "end", "finished", time)

    def log(self, activity: str, kind: str, outcome: str, time: int, detail: str | None = None) -> None:
        run = self.run
        assert run is not None
        self.note(run.version, run.number, run.body, activity, kind, outcome, time, detail)

    def note(
        self,
        version: int,
        number: int,
        body: Mapping[str, Any],
        activity: str,
        kind: str,
        outcome: str,
        time: int,
        detail: str | None,
    ) -> None:
        key = f"{body['journey']}/{number}/{self.id}"
        self.steps.append((body["journey"], version, key, activity, kind, outcome, time, detail))
