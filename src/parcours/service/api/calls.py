"""``POST /api/call``: any method of the workspace, called from another process (:mod:`parcours.service.remote`).

No operation of its own: what a call asks of its caller, the method that it names says. It is for programs of this
version of Parcours, so it does not stand in the description of the API.
"""

from __future__ import annotations

from fastapi import FastAPI

from parcours.service.remote.answering import Calls
from parcours.service.remote.messages import PATH
from parcours.service.remote.taking import Taking
from parcours.service.workspace import Workspace

#: Megabytes of one call from another machine.
MOST_MB = 256


def take_calls(app: FastAPI, workspace: Workspace) -> None:
    """Have an application take calls; ``app.state.calls`` are those under way."""
    app.state.calls = Calls(workspace)
    app.add_route(PATH, Taking(app.state.calls, MOST_MB).take, methods=["POST"], include_in_schema=False)
