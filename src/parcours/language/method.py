"""How a rule is kept up to date, and which of its parts decide that (segment-membership.md, section 4).

================ =====================================================================================
kind             what happens
================ =====================================================================================
incremental      values are added and subtracted as events come and leave windows; only profiles for
                 which one of them changed are looked at
recomputed       the same, but some values are worked out anew from the events of a profile that is touched
by the clock     evaluated for everybody whenever time may have changed it
batch            evaluated for everybody at the instants of a schedule, and not in between
================ =====================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from parcours.language.inner_dates import inner_dates
from parcours.language.scopes import outside_aggregates
from parcours.language.sentences.writer import sentence
from parcours.language.tree import (
    Attribute,
    Call,
    Chance,
    Events,
    Field,
    InWindow,
    Node,
    Now,
    walk,
)

INCREMENTAL, RECOMPUTED, BY_THE_CLOCK, BATCH = "incremental", "recomputed", "by the clock", "batch"
#: From the cheapest to the dearest.
KINDS = (INCREMENTAL, RECOMPUTED, BY_THE_CLOCK, BATCH)

_GROUPS = ("and", "or", "not")
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        INCREMENTAL: "every part is an attribute, a segment or a value that events change by adding and subtracting",
        RECOMPUTED: "{} — reads the events themselves, so it is worked out anew for each profile that is touched",
        BY_THE_CLOCK: "{} — computes with the present instant, so time can change it for everybody",
        BATCH: "the definition says so: {}",
    },
    "fr": {
        INCREMENTAL: "chaque partie est un attribut, un segment ou une valeur que les événements changent en "
        "ajoutant et en retranchant",
        RECOMPUTED: "{} — lit les événements eux-mêmes, donc recalculé pour chaque profil concerné",
        BY_THE_CLOCK: "{} — calcule avec l'instant présent, donc le temps peut le changer pour tous",
        BATCH: "la définition le dit : {}",
    },
}
_NAMES: Mapping[str, Mapping[str, str]] = {
    "en": {kind: kind for kind in KINDS},
    "fr": {INCREMENTAL: "incrémentale", RECOMPUTED: "recalculée", BY_THE_CLOCK: "par l'horloge", BATCH: "par lots"},
}


@dataclass(frozen=True, slots=True)
class Method:
    """How a rule is evaluated.

    Attributes:
        kind: one of :data:`KINDS`.
        reasons: why, in words: the parts that decide.
        name: the kind in the language of the reasons.
    """

    kind: str
    reasons: tuple[str, ...]
    name: str

    def __str__(self) -> str:
        return f"{self.name}: {'; '.join(self.reasons)}"

    def to_json(self) -> dict[str, object]:
        """The method as plain data."""
        return {"method": self.kind, "reasons": list(self.reasons)}


def evaluation_method(node: Node, *, schedule: str | None = None, language: str = "en") -> Method:
    """How the rule ``node`` is evaluated.

    Args:
        node: a typed rule.
        schedule: when a batch segment is evaluated, in words; without it the rule decides.
        language: of the reasons: ``en`` or ``fr``.
    """
    words, names = _WORDS[language], _NAMES[language]
    if schedule is not None:
        return Method(BATCH, (words[BATCH].format(schedule),), names[BATCH])
    kinds = [(part, _kind(part)) for part in _conditions(node)]
    kind = max((found for _, found in kinds), key=KINDS.index)
    if kind == INCREMENTAL:
        return Method(kind, (words[kind],), names[kind])
    reasons = (words[found].format(sentence(part, language)) for part, found in kinds if found != INCREMENTAL)
    return Method(kind, tuple(dict.fromkeys(reasons)), names[kind])


def _conditions(node: Node) -> Iterator[Node]:
    """The conditions inside groups."""
    if isinstance(node, Call) and node.function in _GROUPS:
        for arg in node.args:
            yield from _conditions(arg)
    else:
        yield node


def _kind(part: Node) -> str:
    kept = {id(window) for window, path in inner_dates(part) if path is not None}
    if any(_moves(inner) and id(inner) not in kept for inner in outside_aggregates(part)):
        return BY_THE_CLOCK
    return RECOMPUTED if any(isinstance(inner, Events) for inner in walk(part)) else INCREMENTAL


def _moves(node: Node) -> bool:
    """Whether time changes the node other than by moving a window that something is kept for."""
    match node:
        case Now() | Chance():
            return True
        case InWindow(value=Attribute() | Field(path=("timestamp",))):
            return False
        case InWindow():
            return True
        case _:
            return False
