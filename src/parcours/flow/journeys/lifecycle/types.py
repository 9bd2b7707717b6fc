"""Versions of a journey and their statuses, what can be done with them, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from parcours.core.errors import ParcoursError
from parcours.core.facts import DefinitionChange
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.publication import Target

Status: TypeAlias = Literal["draft", "draft_test", "dry_run", "live", "paused", "closed", "stopped", "finished"]
Action: TypeAlias = Literal[
    "publish", "close", "stop", "restart", "delete", "edit", "new_version", "pause", "resume", "set_attribute_exit",
    "test_on", "test_off", "dry_run_on", "dry_run_off", "reopen", "roll_back", "migrate", "retry", "edit_texts",
]  # fmt: skip
#: What happens to a version by time: its end date or the last occurrence of its schedule has come, the longest stay
#: since it was closed is over, its pause is over, nobody was sent into the test for a week.
Moment: TypeAlias = Literal["ended", "stay_over", "pause_over", "test_idle"]

DRAFTS: frozenset[Status] = frozenset({"draft", "draft_test", "dry_run"})
#: In these statuses a version counts as live in rules and quotas.
RUNNING: frozenset[Status] = frozenset({"live", "paused"})
#: A jump can start a version in one of these.
STARTABLE: frozenset[Status] = RUNNING | {"draft_test"}


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a journey: its number, its status, and its definition.

    Of a draft that cannot be accepted there is no definition, but its ``problems``.
    """

    number: int
    status: Status
    definition: JourneyDefinition | None = None
    problems: tuple[ParcoursError, ...] = ()


@dataclass(frozen=True, slots=True)
class Control:
    """What somebody wants to do with a journey; without ``version`` it is about the newest one.

    ``options``: of ``pause`` ``profiles`` (hold or discard) and ``for`` (``None``: for ever); of
    ``set_attribute_exit`` ``when``; of ``migrate`` ``to`` (a version), ``mapping`` (place to place) and ``people`` (how
    many stand at each place, so that places without people need no destination); of ``retry`` ``profiles`` (ids) and
    ``activity``, without them all.
    ``definition``: of ``edit`` and ``edit_texts`` the new one.
    """

    action: Action
    version: int | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    definition: JourneyDefinition | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What is around a journey.

    Attributes:
        namespaces: whether the workspace knows identity types, so that a test needs one.
        others: the other journeys by id, for the rules of jumps; ``None``: these are not looked at.
    """

    namespaces: bool = False
    others: Mapping[str, Target] | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """An action that is not allowed; nothing changes. ``rule`` is the name of the rule, for programs."""

    rule: str
    message: str
    hint: str | None = None
    problems: tuple[ParcoursError, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What an action does: the versions afterwards, and what the tick has to be told, in order."""

    versions: tuple[Version, ...]
    changes: tuple[DefinitionChange, ...] = ()
