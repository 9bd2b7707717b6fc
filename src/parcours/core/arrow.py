"""Something that shows nothing but its Arrow stream: how frames cross between Polars and DuckDB.

DuckDB would ask a Polars frame for pyarrow. Polars takes a relation of DuckDB as it is, but remembers the class of
everything it was given, for the life of the process, and the classes of DuckDB print forty lines about leaks at its
end when somebody still holds them (docs/decisions/005-arrow-capsules-not-pyarrow.md).

This module imports nothing on purpose: what Polars remembers of it is the class below, with all that it can reach.
"""

from __future__ import annotations

from typing import Any


class ArrowStream:
    """``source``, an object with ``__arrow_c_stream__``, reduced to that method."""

    def __init__(self, source: Any) -> None:
        self._source = source

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._source.__arrow_c_stream__(requested_schema)
