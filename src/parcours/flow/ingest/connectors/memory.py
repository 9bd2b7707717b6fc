"""What a connector remembers between its runs, in files of the workspace: each written whole, or not at all."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]


class Memory:
    """What the connector of ``source`` remembers in ``folder``.

    Args:
        folder: made when it is missing.
        source: id of the source.
        about: what the memory is about; with other settings it counts for nothing.
    """

    def __init__(self, folder: Path, source: str, about: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._state, self._hashes = folder / f"{source}.json", folder / f"{source}.hashes.npy"
        self._about = about

    def recall(self) -> dict[str, Any]:
        """What was remembered last; nothing the first time."""
        try:
            found = msgspec.json.decode(self._state.read_bytes())
        except (OSError, msgspec.DecodeError):
            return {}
        return found if isinstance(found, dict) and found.get("about") == self._about else {}

    def remember(self, what: Mapping[str, object]) -> None:
        """Remember this instead of what was. It is durable when the call returns.

        Raises:
            OSError: it could not be written; what was is still remembered.
        """
        _replace(self._state, msgspec.json.encode({**what, "about": self._about}))

    def hashes(self) -> Hashes:
        """Hashes of keys and rows as they were read last: an array of two columns, in order of the keys' hashes."""
        if not self.recall():
            return np.empty((0, 2), np.uint64)
        try:
            return np.asarray(np.load(self._hashes), np.uint64).reshape(-1, 2)
        except (OSError, ValueError):
            return np.empty((0, 2), np.uint64)

    def remember_hashes(self, hashes: Hashes) -> None:
        """Remember these instead. Raises as :meth:`remember`."""
        content = io.BytesIO()
        np.save(content, hashes[np.argsort(hashes[:, 0], kind="stable")])
        _replace(self._hashes, content.getvalue())


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f"{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
