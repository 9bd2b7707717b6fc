"""What a folder of configuration holds: definitions, and what else there is by other kinds (web hooks …).

Files below a folder ``tests`` belong to ``parcours test`` and are left out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from parcours.flow.journeys.builder import Journey as Built
from parcours.flow.segments.definitions import SegmentDefinition, read_definitions
from parcours.service.applying import Definitions, read

Written = SegmentDefinition | Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Configuration:
    """What was written.

    Attributes:
        definitions: segments, journeys, and what they use.
        others: everything else, by kind and id.
        where: where it came from, for errors.
    """

    definitions: Sequence[Written]
    others: Mapping[tuple[str, str], Mapping[str, object]] = field(default_factory=dict)
    where: str = "the definitions"

    def documents(self) -> list[dict[str, object]]:
        """All of it as plain data: what a saved plan keeps, and what goes to a workspace elsewhere."""
        written = [*self.definitions, *self.others.values()]
        return [one.to_json() if isinstance(one, SegmentDefinition) else dict(one) for one in written]


def configuration(source: Definitions, kinds: Collection[str]) -> Configuration:
    """Read a configuration.

    Args:
        source: a file or folder, plain data, a journey built in Python, or several of these.
        kinds: what there may be besides definitions.

    Raises:
        InputError: it cannot be read, or there is nothing in it.
        DefinitionError: ``problems`` holds what is wrong in form.
    """
    where = str(source) if isinstance(source, str | Path) else "the definitions"
    definitions: list[Written] = []
    others: dict[tuple[str, str], Mapping[str, object]] = {}
    for written in _read(source, kinds):
        kind = None if isinstance(written, SegmentDefinition) else next((one for one in kinds if one in written), None)
        if kind is None or isinstance(written, SegmentDefinition):
            definitions.append(written)
        else:
            others[kind, str(written[kind])] = written
    return Configuration(definitions, others, where)


def _read(source: Definitions, kinds: Collection[str]) -> list[Written]:
    if isinstance(source, str | Path):
        return read_definitions(source, also=kinds)
    if isinstance(source, Mapping) and any(kind in source for kind in kinds) and "segment" not in source:
        return [source]
    if isinstance(source, Mapping | Built):
        return read(source)
    return [one for each in source for one in _read(each, kinds)]
