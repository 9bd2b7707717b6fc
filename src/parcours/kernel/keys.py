"""Which features a rule needs: a feature is known by its stream, its window and what is kept of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from parcours.kernel.rows import encoding
from parcours.kernel.streams import StreamSpec
from parcours.kernel.successions import plan_of
from parcours.kernel.whole import moving_windows, stream_specs
from parcours.language.inner_dates import inner_dates
from parcours.language.tree import Aggregate, Attribute, Events, InWindow, Node, Sequence, children
from parcours.language.window_kinds import Ever, Window

Key = tuple[StreamSpec, Window, str]
EVER = Ever()
#: One object per spec, so that comparing two keys mostly compares two addresses.
_SPECS: dict[StreamSpec, StreamSpec] = {}


def keys_of(node: Node) -> tuple[Key, ...]:
    """The features that a leaf (an aggregate, or a date attribute in a window) is read from."""
    match node:
        case InWindow(value=Attribute(path=path), window=window):
            return ((_date_stream(".".join(path)), window, "count"),)
        case Aggregate(kind="average", window=window):
            stream = stream_of(node)
            return ((stream, window, "sum"), (stream, window, "count"))
        case Aggregate(kind=kind, window=window):
            return ((stream_of(node), window, kind),)
        case Events():
            return tuple((_shared(spec), EVER, "count") for spec in stream_specs(node))
        case Sequence() if (plan := plan_of(node)) is not None:
            return tuple(dict.fromkeys((_shared(spec), EVER, "count") for step in plan for spec in step.specs))
        case _:
            return ()


def watched(node: Node) -> tuple[Key, ...]:
    """The features that say when time alone may change what a rule makes of whole events, and of dates inside lists.

    They count how many of them lie in each window it looks through.
    """
    parts = dict.fromkeys(_read_parts(node))
    events = [part for part in parts if isinstance(part, Events)]
    windows = moving_windows(parts) if events else ()
    found = [(key[0], window, "count") for part in events for key in keys_of(part) for window in windows]
    plans = [plan for part in parts if isinstance(part, Sequence) and (plan := plan_of(part)) is not None]
    steps = [step for plan in plans for step in plan]
    found += [(_shared(spec), window, "count") for step in steps for spec in step.specs for window in step.windows]
    found += [(_date_stream(path), part.window, "count") for part, path in inner_dates(node) if path is not None]
    return tuple(dict.fromkeys(found))


def _date_stream(path: str) -> StreamSpec:
    """The stream of a date attribute, or of the dates in a list of the profile."""
    return _shared(StreamSpec(f"@{path}"))


def _read_parts(node: Node) -> Iterator[Node]:
    """All parts but those of sequences that streams answer."""
    yield node
    if not (isinstance(node, Sequence) and plan_of(node) is not None):
        for child in children(node):
            yield from _read_parts(child)


def stream_of(node: Aggregate) -> StreamSpec:
    """The stream an aggregate runs over."""
    value = node.value
    code = None if value is None else encoding(value.type, summed=node.kind in ("sum", "average"))
    return _shared(StreamSpec(node.event, node.over, node.where, value, code))


def _shared(spec: StreamSpec) -> StreamSpec:
    return _SPECS.setdefault(spec, spec)


def needed(node: Node) -> list[Key]:
    """The features that a rule needs, each as often as it needs it."""
    return [key for leaf in leaves([node]) for key in keys_of(leaf)] + list(watched(node))


def leaves(nodes: Iterable[Node]) -> list[Node]:
    """The different leaves of these rules that features are kept for."""
    return [part for part in dict.fromkeys(part for node in nodes for part in _read_parts(node)) if keys_of(part)]
