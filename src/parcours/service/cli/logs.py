"""Where logs go: standard error, one JSON object a line for services, and without anything that opens something.

What is logged is chosen where it is logged; this is the net below: values under names such as ``password`` or
``authorization`` are left out, and so is what looks like a key wherever it stands. Tracebacks come without the values
of variables.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

_NAMES = re.compile(
    r"authorization|cookie|password|passwd|secret|token|csrf|credential|verifier|(api|write|private)_?key", re.I
)
_KEYS = re.compile(r"\bpk_[\w-]{20,}")
_HEADERS = re.compile(r"\b(Bearer|Basic) +[\w.~+/=-]{8,}", re.I)
_URLS = re.compile(r"(://[^/\s:@]*):[^/\s@]+@")
#: What stands in place of what is left out.
LEFT_OUT = "…"


def log_to_stderr(*, as_json: bool) -> None:
    """Have everything logged go to standard error: as JSON, or as lines for people.

    Args:
        as_json: for programs that collect logs.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_secrets,
    ]
    shown: Any = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*shared, shown],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO if as_json else logging.WARNING),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    _handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=shown, foreign_pre_chain=shared))
    if _handler not in logging.root.handlers:
        logging.root.addHandler(_handler)


class _ToStderr(logging.StreamHandler[Any]):
    """Writes to what is standard error at that moment."""

    @property
    def stream(self) -> Any:
        return sys.stderr

    @stream.setter
    def stream(self, stream: Any) -> None:
        """It has none of its own."""


_handler = _ToStderr(sys.stderr)
_handler.setLevel(logging.WARNING)


def without_secrets(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The same event without what opens something."""
    return {name: _cleaned(name, value) for name, value in event.items()}


def _cleaned(name: str, value: Any) -> Any:
    if _NAMES.search(name):
        return LEFT_OUT
    if isinstance(value, str):
        text = _HEADERS.sub(rf"\1 {LEFT_OUT}", _KEYS.sub(f"pk_{LEFT_OUT}", value))
        return _URLS.sub(rf"\1:{LEFT_OUT}@", text)
    if isinstance(value, Mapping):
        return {str(each): _cleaned(str(each), inside) for each, inside in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_cleaned("", each) for each in value]
    return value
