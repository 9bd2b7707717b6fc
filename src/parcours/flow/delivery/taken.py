"""Remembers calls over restarts: the instants of the last calls under each rate rule, in files.

Rates hold for what the other side sees, whoever calls: what was called before a restart, or a crash, takes its slots
after it. So an instant is written before the call is made. It need not outlive the machine, only the process, so
nothing waits for the disk.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

import numpy as np
import structlog

from parcours.core.clock import SystemClock, steady_now

#: An instant in a file: microseconds since 1970, little-endian.
_INSTANT = np.dtype("<i8")
_log = structlog.get_logger(__name__)


class TakenSlots:
    """A folder with a file for each rule.

    Instants are given and taken by :func:`steady_now`; in the files they are by the clock on the wall, as the other one
    begins anew with the machine.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._offset = SystemClock().now() - steady_now()

    def last(self, rule: str, most: int) -> Last:
        """The last ``most`` calls under a rule."""
        path = self._folder / f"{quote(rule, safe=' ')}.calls"
        try:
            self._folder.mkdir(exist_ok=True)
            return Last(path, most, self._offset)
        except OSError as error:
            _log.warning("calls will not be remembered", rule=rule, why=str(error))
            return Last(None, most, self._offset)


class Last:
    """The instants of the last calls under one rule: a ring in a file, or nothing where there can be no file.

    Attributes:
        instants: those of before, in order.
    """

    def __init__(self, path: Path | None, most: int, offset: int) -> None:
        self._path, self._offset = path, offset
        self._file: int | None = None
        self.keep(most)

    def keep(self, most: int) -> None:
        """From now on there are so many."""
        self.close()
        self._most, self.instants = most, list[int]()
        if self._path is not None:
            known = np.sort(_read(self._path))[-most:]
            self._file = _written(self._path, known)
            self.instants = np.minimum(known - self._offset, steady_now()).tolist()
        self._place = len(self.instants)

    def note(self, at: int) -> None:
        """A call is about to be made at ``at``."""
        if self._file is None:
            return
        place = self._place % self._most * _INSTANT.itemsize
        self._place += 1
        try:
            os.pwrite(self._file, np.array(at + self._offset, _INSTANT).tobytes(), place)
        except OSError as error:
            _log.warning("calls will not be remembered", why=str(error))
            self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _read(path: Path) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The instants in a file; what is no whole one at its end is left out."""
    if not path.exists():
        return np.empty(0, np.int64)
    whole = path.stat().st_size // _INSTANT.itemsize
    return np.fromfile(path, _INSTANT, whole).astype(np.int64)


def _written(path: Path, instants: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
    """A file with these instants takes the place of the one at ``path``; open for writing."""
    fresh = path.with_suffix(".new")
    fresh.write_bytes(instants.astype(_INSTANT).tobytes())
    os.replace(fresh, path)
    return os.open(path, os.O_WRONLY | os.O_CLOEXEC)
