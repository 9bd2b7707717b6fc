"""Snapshots: the state of the engine at a tick, so that a restart replays only what came after.

A snapshot is a folder named after its tick, with a file per part and a ``meta.json``. It is written under
another name, forced to disk and then renamed, so a crash leaves either the whole of it or nothing. Snapshots
can be deleted at any time: a restart without one replays the log from its beginning.
"""

from __future__ import annotations

import errno
import io
import json
import mmap
import os
import re
import shutil
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.errors import WorkspaceError

#: What a part can be: an array (of any type but objects), a frame, bytes, or plain data that JSON can hold.
Part: TypeAlias = (
    NDArray[np.generic] | pl.DataFrame | bytes | dict[str, object] | list[object] | str | int | float | None
)

#: Version of the folder's form.
_FORMAT = 1
_KEPT = 2
_UNFINISHED = "unfinished-"


class Snapshot(Mapping[str, Part]):
    """The parts of a snapshot by name; each is read from disk when it is asked for."""

    def __init__(self, folder: Path, tick: int, parts: Mapping[str, tuple[str, str]]) -> None:
        self.folder = folder
        self.tick = tick
        self._parts = parts

    def __getitem__(self, name: str) -> Part:
        file, kind = self._parts[name]
        return _read(self.folder / file, kind)

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)

    def array(self, name: str) -> NDArray[np.generic]:
        """A part that is an array."""
        part = self[name]
        assert isinstance(part, np.ndarray)
        return part

    def frame(self, name: str) -> pl.DataFrame:
        """A part that is a frame."""
        part = self[name]
        assert isinstance(part, pl.DataFrame)
        return part


class SnapshotStore:
    """The snapshots of a workspace, in a folder of their own.

    Args:
        folder: made when it is missing.
        version: version of the state that the parts describe; snapshots of another version are ignored.
    """

    def __init__(self, folder: Path, version: str = "1") -> None:
        self.folder = Path(folder)
        self.version = version

    def save(self, tick: int, parts: Mapping[str, Part]) -> None:
        """Keep the state after ``tick``, and of the older snapshots only the newest.

        Raises:
            WorkspaceError: ``disk-full`` or ``read-only``; the snapshots there are stay as they were.
        """
        target = self.folder / f"{tick:012d}"
        unfinished = self.folder / f"{_UNFINISHED}{tick:012d}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._remove_unfinished()
            unfinished.mkdir()
            self._write(unfinished, tick, parts)
            if target.exists():
                shutil.rmtree(target)
            unfinished.rename(target)
            _sync(self.folder)
        except OSError as error:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise _explained(self.folder, error) from error
        for old in self._folders()[_KEPT:]:
            shutil.rmtree(old, ignore_errors=True)

    def latest(self) -> Snapshot | None:
        """The newest snapshot that is whole and of this version, or ``None``."""
        for folder in self._folders():
            snapshot = self._opened(folder)
            if snapshot is not None:
                return snapshot
        return None

    def drop_all(self) -> None:
        """Delete every snapshot: after an erasure, or before a restart that is to begin with the log."""
        self._remove_unfinished()
        for folder in self._folders():
            shutil.rmtree(folder)

    def _write(self, folder: Path, tick: int, parts: Mapping[str, Part]) -> None:
        described = []
        for number, (name, part) in enumerate(parts.items()):
            file, kind = _write(folder, number, part)
            path = folder / file
            described.append({"name": name, "file": file, "kind": kind, "size": path.stat().st_size, "crc": _crc(path)})
            _sync(path)
        meta = {"format": _FORMAT, "version": self.version, "tick": tick, "parts": described}
        (folder / "meta.json").write_text(json.dumps(meta, indent=1, ensure_ascii=False), encoding="utf-8")
        _sync(folder / "meta.json")
        _sync(folder)

    def _opened(self, folder: Path) -> Snapshot | None:
        """The snapshot in ``folder``, or ``None`` when it is of another version, incomplete or damaged."""
        try:
            meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
            if (meta["format"], meta["version"], meta["tick"]) != (_FORMAT, self.version, int(folder.name)):
                return None
            for part in meta["parts"]:
                path = folder / part["file"]
                if path.stat().st_size != part["size"] or _crc(path) != part["crc"]:
                    return None
            return Snapshot(
                folder, meta["tick"], {part["name"]: (part["file"], part["kind"]) for part in meta["parts"]}
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _folders(self) -> list[Path]:
        """Folders of snapshots, newest first."""
        if not self.folder.is_dir():
            return []
        return sorted((path for path in self.folder.iterdir() if path.name.isdigit()), reverse=True)

    def _remove_unfinished(self) -> None:
        for path in self.folder.glob(_UNFINISHED + "*"):
            shutil.rmtree(path, ignore_errors=True)


def _write(folder: Path, number: int, part: Part) -> tuple[str, str]:
    """Write one part; the name of its file and its kind."""
    if isinstance(part, np.ndarray):
        np.save(folder / f"{number:04d}.npy", part, allow_pickle=False)
        return f"{number:04d}.npy", "array"
    if isinstance(part, pl.DataFrame):
        part.write_ipc(folder / f"{number:04d}.arrow")
        return f"{number:04d}.arrow", "frame"
    if isinstance(part, bytes):
        (folder / f"{number:04d}.bin").write_bytes(part)
        return f"{number:04d}.bin", "bytes"
    (folder / f"{number:04d}.json").write_text(json.dumps(part, ensure_ascii=False), encoding="utf-8")
    return f"{number:04d}.json", "json"


def _read(path: Path, kind: str) -> Part:
    if kind == "array":
        array: NDArray[np.generic] = np.load(path, allow_pickle=False)
        return array
    if kind == "frame":
        return pl.read_ipc(io.BytesIO(path.read_bytes()))
    if kind == "bytes":
        return path.read_bytes()
    plain: Part = json.loads(path.read_text(encoding="utf-8"))
    return plain


def _crc(path: Path) -> int:
    if not path.stat().st_size:
        return 0
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return zlib.crc32(content)


def _sync(path: Path) -> None:
    """Force a file, or the entries of a folder, to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _explained(folder: Path, error: OSError) -> WorkspaceError:
    number = _number(error)
    if number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return WorkspaceError(
            f"the disk of {folder} is full", code="disk-full", hint="free some space; older snapshots are still good"
        )
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return WorkspaceError(f"{folder} cannot be written", code="read-only", hint="give yourself write access to it")
    return WorkspaceError(f"no snapshot could be written to {folder}: {error.strerror or error}", code="snapshot")


def _number(error: OSError) -> int | None:
    """The system's number of the error. Polars has it in the text only; NumPy says but how much it wrote."""
    if error.errno is None and " requested and " in str(error):
        return errno.ENOSPC
    told = re.search(r"os error (\d+)", str(error))
    return int(told.group(1)) if error.errno is None and told else error.errno
