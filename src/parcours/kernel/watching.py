"""What rules want to know of features: which changes of their values may decide."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from parcours.kernel.features import Feature
from parcours.kernel.keys import Key, keys_of, watched
from parcours.kernel.rows import MILLION, Int64s, sortable_bits
from parcours.language import tree
from parcours.language.tree import Aggregate, Attribute, Call, Events, InWindow, Literal, Node, children

_COMPARISONS = frozenset({"ge", "gt", "le", "lt", "eq", "ne"})


def watch(node: Node, features: Mapping[Key, Feature]) -> None:
    """Tell the features of a rule which values decide: constants they are compared with, else every change."""
    for key in watched(node):
        features[key].watch_rows()
    _watch_leaves(node, features)


def _watch_leaves(node: Node, features: Mapping[Key, Feature]) -> None:
    match node:
        case Call(function=function, args=(Aggregate(kind=kind) as leaf, Literal(value=value))) if (
            function in _COMPARISONS and kind != "average" and not isinstance(value, str) and value is not None
        ):
            features[keys_of(leaf)[0]].watch(_thresholds(leaf, value))
        case Aggregate() | InWindow(value=Attribute()):
            for key in keys_of(node):
                features[key].watch(None)
        case Events() | tree.Sequence() if keys_of(node):
            for key in keys_of(node):
                features[key].watch_rows()
        case _:
            for child in children(node):
                _watch_leaves(child, features)


def _thresholds(leaf: Aggregate, value: object) -> Int64s | None:
    """Encoded values between which nothing changes for a comparison with ``value``; a little too many is fine."""
    spec, _, kind = keys_of(leaf)[0]
    code = "whole" if kind in ("count", "distinct") else spec.encoding
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    scaled = value * MILLION if code == "exact" else value
    if abs(scaled) > 2**53:
        return None
    near = int(sortable_bits(np.array([float(value)]))[0]) if code == "bits" else int(np.floor(scaled))
    ends = [-(2**63) + 1, 2**63 - 1]
    return np.array(sorted({*range(near - 1, near + 4), *ends}), np.int64)
