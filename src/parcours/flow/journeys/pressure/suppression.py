"""Addresses and domains that nothing is sent to (journeys.md, section 19)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl
from numpy.typing import NDArray

#: What :meth:`Suppressions.dump` gives.
SUPPRESSION_COLUMNS = {"kind": pl.String, "value": pl.String, "reason": pl.String}


class Suppressions:
    """A set of addresses and domains, whatever their case.

    Asked by hash for all addresses at once, then exactly for the few whose hash is known.
    """

    def __init__(self) -> None:
        self._reasons: dict[tuple[str, str], str] = {}
        self._hashes: NDArray[np.uint64] | None = None

    def __len__(self) -> int:
        return len(self._reasons)

    def add(self, addresses: Iterable[str] = (), domains: Iterable[str] = (), reason: str = "") -> None:
        """Suppress these; ``reason``, for people, is kept for each."""
        self._reasons.update(dict.fromkeys(_keys(addresses, domains), reason))
        self._hashes = None

    def remove(self, addresses: Iterable[str] = (), domains: Iterable[str] = ()) -> None:
        """Suppress these no more; what is not there is no problem."""
        for key in _keys(addresses, domains):
            self._reasons.pop(key, None)
        self._hashes = None

    def suppressed(self, addresses: pl.Series) -> NDArray[np.bool_]:
        """Whether each address, or its domain (exactly, not those below it), is suppressed; null is not."""
        if not self._reasons or not len(addresses):
            return np.zeros(len(addresses), bool)
        folded = _folded(addresses.cast(pl.String))
        domains = folded.str.extract(r"@([^@]*)$")
        return self._among("address", folded) | self._among("domain", domains)

    def dump(self) -> pl.DataFrame:
        """All entries with :data:`SUPPRESSION_COLUMNS`, in order."""
        rows = sorted((kind, value, reason) for (kind, value), reason in self._reasons.items())
        return pl.DataFrame(rows, schema=SUPPRESSION_COLUMNS, orient="row")

    def load(self, rows: pl.DataFrame) -> None:
        """Make this the set that :meth:`dump` wrote."""
        self._reasons = {(kind, value): reason for kind, value, reason in rows.select(*SUPPRESSION_COLUMNS).iter_rows()}
        self._hashes = None

    def _among(self, kind: str, values: pl.Series) -> NDArray[np.bool_]:
        known = self._known()
        hashes = (kind + ":" + values).hash().to_numpy()
        place = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
        found: NDArray[np.bool_] = (known[place] == hashes) & values.is_not_null().to_numpy()
        likely = np.flatnonzero(found)
        found[likely] = [(kind, value) in self._reasons for value in values.gather(likely)]
        return found

    def _known(self) -> NDArray[np.uint64]:
        if self._hashes is None:
            texts = pl.Series([f"{kind}:{value}" for kind, value in self._reasons], dtype=pl.String)
            self._hashes = np.sort(texts.hash().to_numpy())
        return self._hashes


def _keys(addresses: Iterable[str], domains: Iterable[str]) -> list[tuple[str, str]]:
    found = [("address", address) for address in _folded(pl.Series(list(addresses), dtype=pl.String))]
    return found + [
        ("domain", domain.removeprefix("@")) for domain in _folded(pl.Series(list(domains), dtype=pl.String))
    ]


def _folded(texts: pl.Series) -> pl.Series:
    return texts.str.strip_chars().str.to_lowercase()
