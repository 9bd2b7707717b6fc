"""What readers of files give, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from parcours.core.errors import ParcoursError

#: Lists of codes that a record may hold beside fields of the contact, by the kind of the codes.
LISTS: Mapping[str, str] = {
    "mailing_groups": "mailing_group",
    "industry_groups": "industry_group",
    "job_responsibilities": "job_responsibility",
}
#: What else a record may say: the name of the company a person works for, and a note.
MORE = ("company", "note")


@dataclass(frozen=True, slots=True)
class Record:
    """One contact of a file.

    Attributes:
        place: where it stands: ``row 3``, ``card 2 (line 14)``.
        fields: texts by field of the contact, or by one of :data:`MORE`.
        lists: codes by one of :data:`LISTS`.
        left_out: what the file says of it that contacts have no field for.
    """

    place: str
    fields: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A record that was not taken in, and why."""

    place: str
    error: ParcoursError

    def to_json(self) -> dict[str, object]:
        """As plain data."""
        return {"place": self.place, **self.error.to_json()}


@dataclass(slots=True)
class Imported:
    """What became of the records of a file.

    Attributes:
        created, updated, unchanged: numbers of contacts; ``created`` counts companies that were made by the way, too.
        problems: the records that were not taken in, in order.
        left_out: what had no field, by place.
    """

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: dict[str, tuple[str, ...]] = field(default_factory=dict)
