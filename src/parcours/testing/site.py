"""A service in a process of its own, as ``parcours serve`` starts it, with an administrator who can sign in: what tests
and benchmarks of the web application look at.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import parcours
from parcours.service.opening import connect
from parcours.service.workspace import Workspace
from parcours.testing.service import Client

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

EMAIL = "admin@localhost"
PASSWORD = "a-password-of-tests"
_PROGRAM = [sys.executable, "-c", "from parcours.service.cli.main import main; main()"]


@dataclass(frozen=True)
class Site:
    """A service that runs.

    Attributes:
        address: where: ``http://127.0.0.1:40123``.
        folder: of its workspace.
        key: of an administrator.
        password: of the administrator.
    """

    address: str
    folder: Path
    key: str
    password: str = PASSWORD

    @property
    def client(self) -> Client:
        """Speaks to its API."""
        return Client(f"{self.address}/", self.key)

    @property
    def workspace(self) -> Workspace:
        """The workspace, by way of the service."""
        return connect(self.address, self.key)

    def sign_in(self, context: BrowserContext) -> None:
        """Sign a browser in as the administrator, without a page.

        Raises:
            AssertionError: the service refused.
        """
        credentials = {"email": EMAIL, "password": self.password}
        answer = context.request.post(f"{self.address}/api/session", data=credentials, headers={"Origin": self.address})
        assert answer.ok, answer.text()


def chromium() -> str | None:
    """Where Chromium is, if there is one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


@contextmanager
def serving(folder: Path, *more: str, package: Path | None = None, first: bool = False) -> Iterator[Site]:
    """Serve a workspace until the block ends; the administrator's password is :data:`PASSWORD`.

    Args:
        folder: of the workspace.
        more: options of ``parcours serve``.
        package: where the package lies that serves, unless it is this one.
        first: leave the one-time password as it is.

    Raises:
        AssertionError: the service did not start.
    """
    env = {**os.environ, "PARCOURS_WORKSPACE": str(folder)} | ({"PYTHONPATH": str(package)} if package else {})
    env.pop("PARCOURS_URL", None)
    with parcours.open(folder) as workspace:
        key = str(workspace.access.keys.create("tests", role="admin")["key"])
    command = [*_PROGRAM, "serve", "--port", "0", *more]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            address, once = _told(process)
            if not first:
                _set_password(address, once)
            yield Site(address, folder, key, once if first else PASSWORD)
        finally:
            process.terminate()
            process.wait()


def _told(process: subprocess.Popen[str]) -> tuple[str, str]:
    """The address and the one-time password that the service prints."""
    assert process.stdout is not None
    address, lines = "", []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("http"):
            address = line.split()[0].rstrip("/")
        if "one-time password" in line:
            return address, line.rpartition("one-time password ")[2].split()[0]
    raise AssertionError("the service did not start:\n" + "".join(lines))


def _set_password(address: str, once: str) -> None:
    stranger = Client(f"{address}/")
    begun = stranger.ask("POST", "/session", {"email": EMAIL, "password": once})
    cookies = "; ".join(each.split(";")[0] for each in begun.cookies)
    passwords = {"current": once, "new": PASSWORD}
    stranger.did("POST", "/password", passwords, cookie=cookies, parcours_csrf=begun.data["csrf"])
