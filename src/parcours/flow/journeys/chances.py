"""``random()`` and ``uuid()`` in journeys: drawn by stable hash, so that a replay draws the same (J6).

Where a rule is read, what it draws becomes a value that the run knows; it is worked out when somebody asks.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.language.functions.samples import shares_of
from parcours.language.tree import Chance, Given, Node, children, with_children

#: The first name of the path of a value that is drawn; the others are its kind, and where it stands.
DRAWN = "chance"
_HEX = 2**16
_VARIANTS = np.array(["8", "9", "a", "b"])


def drawn(node: Node, where: str) -> Node:
    """The rule at ``where`` with values that runs know in place of chance."""
    if isinstance(node, Chance):
        return Given((DRAWN, node.kind, f"{where}#{node.site}"), node.type)
    parts = children(node)
    changed = tuple(drawn(part, where) for part in parts)
    return (
        with_children(node, changed) if any(new is not old for new, old in zip(changed, parts, strict=True)) else node
    )


def draws(kind: str, seed: str, hashes: NDArray[np.uint64], turn: NDArray[np.int64]) -> pl.Series:
    """A value for each run: a decimal from 0 to below 1, or the text of a UUID; another one in every turn."""
    if kind == "random":
        return pl.Series(shares_of(hashes, seed, turn))
    numbers = [(shares_of(hashes, f"{seed}/{part}", turn) * _HEX).astype(np.int64) for part in range(9)]
    columns = [pl.Series(str(part), np.char.mod("%04x", number)) for part, number in enumerate(numbers[:8])]
    columns.append(pl.Series("variant", _VARIANTS[numbers[8] % 4]))
    third, fourth = (pl.col(part).str.slice(1) for part in "34")
    version, variant = pl.concat_str(pl.lit("4"), third), pl.concat_str("variant", fourth)
    blocks = (pl.concat_str("0", "1"), "2", version, variant, pl.concat_str("5", "6", "7"))
    return pl.DataFrame(columns).select(uuid=pl.concat_str(*blocks, separator="-"))["uuid"]
