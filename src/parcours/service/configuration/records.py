"""What a plan consists of, as plain records that can be kept in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

from parcours.core.errors import InputError

Action: TypeAlias = Literal["new", "edited", "deleted", "unchanged"]
#: The form of saved plans.
FORM = 1


@dataclass(frozen=True, slots=True)
class Moved:
    """The members of a segment as of the last tick, and as they would be.

    Attributes:
        before, after: how many are and would be members.
        entering, leaving: how many would enter and leave.
        enter, leave: ids of some of these, always the same ones.
    """

    segment: str
    before: int
    after: int
    entering: int
    leaving: int
    enter: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Touched:
    """A journey that something refers to, or that is changed itself.

    Attributes:
        role: ``entry``, ``exit``, ``wait`` or ``rule``: where it refers to the segment; ``itself``.
        inside: how many people are inside it now, in any version.
        note: what the change means for it, in words.
    """

    journey: str
    role: str
    inside: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """What would be done to one thing.

    Attributes:
        kind, id, name: what it is: ``segment``, ``journey`` …
        action: ``new``, ``edited``, ``deleted`` or ``unchanged``.
        version: the number it gets; 0 where it has none.
        rule: the rule in words, line by line; of a segment only.
        words: what differs, in words; lines of a rule begin with ``+``, ``-`` or a space.
        evaluation: how a segment is kept up to date, and why.
        members: who would enter and leave a segment; ``None`` when that is not known, or nothing changes.
        journeys: the journeys that are touched.
    """

    kind: str
    id: str
    name: str
    action: Action
    version: int = 0
    rule: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    evaluation: str = ""
    members: Moved | None = None
    journeys: tuple[Touched, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying a configuration would do to a workspace.

    Attributes:
        items: everything in the configuration, and with ``prune`` what is to be deleted.
        follows: segments that are not in ``items`` as changed, but whose members move with those they refer to.
        at: the instant of the last tick, ISO text, to which members refer; ``None`` before the first one.
        prune: whether what is not in the configuration is deleted.
        base: the state of the workspace for which it was made; applied to another one it is refused.
        documents: the configuration itself as plain data.
    """

    items: tuple[Planned, ...]
    follows: tuple[Moved, ...] = ()
    at: str | None = None
    prune: bool = False
    base: str = ""
    documents: Sequence[Mapping[str, object]] = field(default=(), repr=False)

    @property
    def changes(self) -> tuple[Planned, ...]:
        """The items that are not unchanged."""
        return tuple(item for item in self.items if item.action != "unchanged")

    def __bool__(self) -> bool:
        """Whether anything would change."""
        return bool(self.changes)

    def counts(self) -> dict[str, int]:
        """How many items there are by action."""
        actions = ("new", "edited", "deleted", "unchanged")
        return {action: sum(item.action == action for item in self.items) for action in actions}

    def to_json(self) -> dict[str, object]:
        """The plan as plain data; :meth:`from_json` reads it back."""
        head = {"plan": FORM, "changes": bool(self), "counts": self.counts()}
        return {**head, **asdict(self), "documents": list(self.documents)}

    @staticmethod
    def from_json(shape: Mapping[str, Any]) -> Plan:
        """A plan from plain data.

        Raises:
            InputError: ``no-plan``: it is none, or of another form.
        """
        if not isinstance(shape, Mapping) or shape.get("plan") != FORM:
            raise InputError("this is no plan", code="no-plan", hint="parcours plan FOLDER --out FILE makes one")
        try:
            return Plan(
                items=tuple(_planned(item) for item in shape["items"]),
                follows=tuple(_moved(item) for item in shape["follows"]),
                at=shape["at"],
                prune=shape["prune"],
                base=shape["base"],
                documents=tuple(shape["documents"]),
            )
        except (KeyError, TypeError) as error:
            raise InputError(f"the plan is damaged: {error}", code="no-plan", hint="make it again") from error


def _planned(shape: Mapping[str, Any]) -> Planned:
    journeys = tuple(Touched(**each) for each in shape["journeys"])
    members = None if shape["members"] is None else _moved(shape["members"])
    plain = {name: tuple(shape[name]) for name in ("rule", "words")}
    return Planned(**{**shape, **plain, "members": members, "journeys": journeys})


def _moved(shape: Mapping[str, Any]) -> Moved:
    return Moved(**{**shape, "enter": tuple(shape["enter"]), "leave": tuple(shape["leave"])})
