"""What was changed between two definitions, in words: per activity and setting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from parcours.flow.journeys.definitions import JourneyDefinition

Kind: TypeAlias = Literal["added", "removed", "changed", "moved"]
#: Settings that are for people only, of a journey, its entry and its activities.
TEXTS = ("name", "description", "tags", "label")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that was changed: its ``place`` (``activities.pause.for``), what stood there, and what stands there."""

    kind: Kind
    place: str
    old: object = None
    new: object = None

    def __str__(self) -> str:
        what = _named(self.place)
        match self.kind:
            case "added":
                return f"{what} added" + _shown(self.new)
            case "removed":
                return f"{what} removed" + _shown(self.old)
            case "moved":
                return f"{what} in another order: {_short(self.new)}, before {_short(self.old)}"
            case _:
                return f"{what} changed from {_short(self.old)} to {_short(self.new)}"


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Difference, ...]:
    """What was changed between two definitions as plain data; nothing when they are equal.

    The order of activities means nothing, that of paths and other lists does.
    """
    return tuple(_mappings("", old, new))


def only_texts(old: JourneyDefinition, new: JourneyDefinition) -> bool:
    """Whether two versions differ in names, labels, descriptions and contents of messages at most.

    People inside can then go on as if nothing was changed.
    """
    return all(_is_text(change, old, new) for change in difference(old.body, new.body))


def _is_text(change: Difference, old: JourneyDefinition, new: JourneyDefinition) -> bool:
    first, *rest = change.place.split(".")
    if first != "activities" or not rest:
        return change.place in TEXTS or change.place in [f"entry.{name}" for name in TEXTS]
    activity, *setting = rest
    if setting and setting[0] == "messages":  # several messages in one activity, by their channels
        setting = setting[1:]
    if not setting or activity not in old.activities or activity not in new.activities:
        return False
    shown = {*old.activities[activity].templates(), *new.activities[activity].templates()} - {"channel"}
    return ".".join(setting) in {*TEXTS, *shown}


def _any(place: str, old: object, new: object) -> Iterator[Difference]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _mappings(f"{place}.", old, new)
    elif _is_list(old) and _is_list(new):
        yield from _lists(place, old, new)  # type: ignore[arg-type]
    elif old != new or isinstance(old, bool) is not isinstance(new, bool):
        yield Difference("changed", place, old, new)


def _mappings(prefix: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    for name in [*old, *(name for name in new if name not in old)]:
        place = f"{prefix}{name}"
        if name not in new:
            yield Difference("removed", place, old[name])
        elif name not in old:
            yield Difference("added", place, None, new[name])
        else:
            yield from _any(place, old[name], new[name])


def _lists(place: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Difference]:
    before, after = _labels(old), _labels(new)
    if before is None or after is None:
        if len(old) == len(new):
            for index, (left, right) in enumerate(zip(old, new, strict=True)):
                yield from _any(f"{place}[{index}]", left, right)
        else:
            yield Difference("changed", place, old, new)
        return
    kept_before, kept_after = [one for one in before if one in after], [one for one in after if one in before]
    if kept_before != kept_after:
        yield Difference("moved", place, ", ".join(before), ", ".join(after))
    left = {f"[{label}]": item for label, item in zip(before, old, strict=True)}
    right = {f"[{label}]": item for label, item in zip(after, new, strict=True)}
    yield from _mappings(place, left, right)


def _labels(items: Sequence[Any]) -> list[str] | None:
    """The labels of paths, by which they are known wherever they stand; ``None`` where there are none."""
    labels = [item.get("label") if isinstance(item, Mapping) else None for item in items]
    if not labels or not all(isinstance(label, str) for label in labels) or len(set(labels)) < len(labels):
        return None
    return [str(label) for label in labels]


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def _named(place: str) -> str:
    first, _, rest = place.partition(".")
    if first != "activities" or not rest:
        return f"setting {place!r}"
    activity, _, setting = rest.partition(".")
    return f"activity {activity!r}: {setting!r}" if setting else f"activity {activity!r}"


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return f" ({value['type']})" if "type" in value else ""
    return f": {_short(value)}"


def _short(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    text = repr(text) if isinstance(value, str) else text
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
