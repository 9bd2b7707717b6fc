"""The log: append-only tables of what flows, in one DuckDB file."""

from parcours.store.log.log import Log

__all__ = ["Log"]
