"""Write ``docs/reference`` from the code: ``make docs``. With ``--check`` only say which pages have drifted."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "docs/reference"
#: The pages that are written: `log-tables.md` by `tools/reference/log_tables.py` (with `_` for `-`).
PAGES = ("cli", "errors", "functions", "log-tables", "python", "settings")
NOTE = "<!-- Written by `make docs` from the code. Change the code, not this page. -->\n\n"


def rendered(name: str) -> str:
    """The page as it should be on disk."""
    text: str = importlib.import_module("tools.reference." + name.replace("-", "_")).page()
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return NOTE + "\n".join(lines) + "\n"


def path(name: str) -> Path:
    return FOLDER / f"{name}.md"


def drifted() -> list[str]:
    """The pages whose committed text is not what the code says."""
    return [name for name in PAGES if not path(name).exists() or path(name).read_text() != rendered(name)]


def main() -> int:
    changed = drifted()
    if "--check" in sys.argv:
        print("\n".join(changed) or "docs/reference is current")
        return bool(changed)
    for name in changed:
        path(name).write_text(rendered(name))
        print(f"wrote docs/reference/{name}.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
