"""Samples: a share of texts that is the same on every machine, in every version and for ever."""

from __future__ import annotations

import functools
import hashlib

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.schema import DECIMAL, STRING
from parcours.language.functions.declaration import Column, Function, NullRule
from parcours.language.functions.signatures import Constant
from parcours.language.functions.types import signature

FAMILY = "sample"
SEED = Constant("a seed", lambda seed: None, ("spring", "", "a", "2026"))

_MASK = 2**64 - 1
#: The multiplier of the running hash (that of FNV-1a), and the constants of the final mixing (splitmix64).
_PRIME = 0x100000001B3
_MIX = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))
#: What keeps the turns of one text apart.
_GOLDEN = 0x9E3779B97F4A7C15
#: The leading bits that make the share: as many as a decimal holds exactly.
_BITS = 53


@functools.lru_cache(maxsize=1024)
def _start(seed: str) -> int:
    """What is added to every hash of this seed."""
    return int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=8).digest(), "little")


def _share_of(text: str, seed: str) -> float:
    total = 1
    for byte in text.encode():
        total = (total * _PRIME + byte) & _MASK
    mixed = (total + _start(seed)) & _MASK
    for shift, factor in _MIX:
        mixed = ((mixed ^ (mixed >> shift)) * factor) & _MASK
    return float(((mixed ^ (mixed >> 31)) >> (64 - _BITS)) / 2**_BITS)


def _columns(text: Column, seed: Column) -> pl.Expr:
    start = _start(str(seed.value))
    return text.expr.map_batches(functools.partial(_shares, start=start), return_dtype=pl.Float64, is_elementwise=True)


def _shares(texts: pl.Series, start: int) -> pl.Series:
    found = pl.Series(texts.name, _mixed(hashes_of(texts) + np.uint64(start)))
    return found.set(texts.is_null(), None) if texts.null_count() else found


def hashes_of(texts: pl.Series) -> NDArray[np.uint64]:
    """A 64-bit hash of each text, the same on every machine, for ever: what :func:`shares_of` wants."""
    return _hashes(texts.fill_null("")) if len(texts) else np.empty(0, np.uint64)


def shares_of(hashes: NDArray[np.uint64], seed: str, turn: NDArray[np.integer] | None = None) -> NDArray[np.float64]:
    """A number from 0 to below 1 for each hash, spread evenly; another one for each seed, and each turn if given."""
    mixed = hashes + np.uint64(_start(seed))
    if turn is not None:
        mixed = mixed + turn.astype(np.uint64) * np.uint64(_GOLDEN)
    return _mixed(mixed)


def _mixed(hashes: NDArray[np.uint64]) -> NDArray[np.float64]:
    """The shares that hashes make."""
    for shift, factor in _MIX:
        hashes = (hashes ^ (hashes >> np.uint64(shift))) * np.uint64(factor)
    return ((hashes ^ (hashes >> np.uint64(31))) >> np.uint64(64 - _BITS)).astype(np.float64) / 2.0**_BITS


def _hashes(texts: pl.Series) -> NDArray[np.uint64]:
    """The running hash of each text: every byte times the power of the multiplier for its place from the end."""
    lengths = texts.str.len_bytes().to_numpy().astype(np.int64)
    powers = _powers(int(lengths.max(initial=0)))
    data = np.frombuffer("".join(texts.to_list()).encode(), np.uint8).astype(np.uint64)
    ends = np.cumsum(lengths)
    from_end = np.repeat(ends, lengths) - 1 - np.arange(len(data))
    sums = np.append(np.uint64(0), np.cumsum(data * powers[from_end]))  # modulo 2**64, so differences are exact
    hashes: NDArray[np.uint64] = sums[ends] - sums[ends - lengths] + powers[lengths]
    return hashes


def _powers(longest: int) -> NDArray[np.uint64]:
    powers = np.full(longest + 1, _PRIME, np.uint64)
    powers[0] = 1
    return np.cumprod(powers)


FUNCTIONS: tuple[Function, ...] = (
    Function(
        "share_of",
        FAMILY,
        (signature(("text", STRING), ("seed", STRING, SEED), to=DECIMAL),),
        NullRule.PROPAGATE,
        "A number from 0 to below 1 that follows from the text and the seed alone, evenly spread: the texts below 0.1"
        " are a random tenth, always the same one. Another seed gives another tenth.",
        ((("10001", "spring"), 0.864010058662997), (("10001", "autumn"), 0.602444373793757)),
        _share_of,
        _columns,
    ),
)
