"""The generated reference is what the code says now."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tools import docs

ROOT = Path(__file__).resolve().parents[2]


def test_committed_pages_are_current() -> None:
    assert docs.drifted() == [], "run `make docs` and commit docs/reference"


def test_what_the_web_application_says_in_french_is_about_codes_that_exist() -> None:
    codes = set(re.findall(r"^### (\S+)$", (ROOT / "docs" / "reference" / "errors.md").read_text(), re.MULTILINE))
    french = json.loads((ROOT / "web" / "src" / "lib" / "problems" / "fr.json").read_text())
    assert not french.keys() - codes
