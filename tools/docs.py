"""Write what is made from the code: ``make docs``. With ``--check`` only say which files have drifted, and with names
(``python -m tools.docs functions pql``) look at what these make alone.

Pages of ``docs/reference`` and what editors read (``web/completions``). A module of ``tools/reference`` makes one page
(``page()``, the page of its name), or several files (``pages()``, by their path from ``docs/reference``).
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs/reference"
#: The pages that are written: `log-tables.md` by `tools/reference/log_tables.py` (with `_` for `-`).
PAGES = ("cli", "errors", "filters", "functions", "journey", "journeys", "log-tables", "pql", "python", "settings")
#: Modules that write several files, and the folders that hold nothing else.
MORE = ("activities", "functions", "rule_tree_schema", "completions", "conditions", "crm", "openapi", "test_files")
OWNED = (FOLDER / "functions", ROOT / "web/completions")
NOTE = "<!-- Written by `make docs` from the code. Change the code, not this page. -->\n\n"


def _module(name: str) -> object:
    return importlib.import_module("tools.reference." + name.replace("-", "_"))


def written(names: Sequence[str] = ()) -> dict[Path, str]:
    """Every file (of these modules) as it should be on disk."""
    pages, more = ([name for name in known if not names or name in names] for known in (PAGES, MORE))
    found = {FOLDER / f"{name}.md": _module(name).page() for name in pages}  # type: ignore[attr-defined]
    for name in more:
        found |= {FOLDER / file: text for file, text in _module(name).pages().items()}  # type: ignore[attr-defined]
    return {path.resolve(): _finished(path, text) for path, text in found.items()}


def _finished(path: Path, text: str) -> str:
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return (NOTE if path.suffix == ".md" else "") + "\n".join(lines) + "\n"


def drifted(names: Sequence[str] = ()) -> list[str]:
    """The files whose committed text is not what the code says, and those that nothing writes any more."""
    should = written(names)
    changed = [path for path, text in should.items() if not path.exists() or path.read_text() != text]
    if names:
        return [str(path.relative_to(ROOT)) for path in changed]
    left = [path for folder in OWNED for path in folder.rglob("*") if path.is_file() and path not in should]
    return [str(path.relative_to(ROOT)) for path in (*changed, *left)]


def main() -> int:
    names = [word for word in sys.argv[1:] if not word.startswith("-")]
    changed = drifted(names)
    if "--check" in sys.argv:
        print("\n".join(changed) or "what is made from the code is current")
        return bool(changed)
    should = written(names)
    for name in changed:
        path = ROOT / name
        if path in should:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(should[path])
        else:
            path.unlink()
        print(f"wrote {name}" if path in should else f"removed {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
