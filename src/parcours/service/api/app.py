"""The application: every route of the service, in one place. Each group of them is a module beside this one."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI

from parcours.service.api.calls import take_calls
from parcours.service.api.description import describe
from parcours.service.api.ingestion import ingestion_routes
from parcours.service.api.live import live_routes
from parcours.service.api.manual import add_manual
from parcours.service.api.operations import operation_routes
from parcours.service.api.pages import add_pages
from parcours.service.api.problems import explain_problems
from parcours.service.api.protection import protect
from parcours.service.api.pulse import Pulse
from parcours.service.api.repeating import Memory, Repeating
from parcours.service.api.schemas import Schemas
from parcours.service.api.tracking import tracked_links
from parcours.service.api.uploads import upload_routes
from parcours.service.api.web import add_web
from parcours.service.workspace import Workspace


def application(workspace: Workspace, *, live: bool, hosts: Sequence[str] = (), web: Path | None = None) -> FastAPI:
    """The application over a workspace.

    Args:
        workspace: what it speaks of.
        live: whether time moves.
        hosts: names that requests may ask for; any, when empty.
        web: folder of the built web application; without it there is a plain page.
    """
    app = FastAPI(
        title="Parcours", version=version("parcours"), openapi_url="/api/openapi.json", docs_url=None, redoc_url=None
    )
    app.routes.extend(ingestion_routes(workspace))  # first: there are many requests for them
    add_pages(app, workspace, live, front=web is None)
    add_manual(app)
    app.routes.extend(tracked_links(workspace))
    schemas = Schemas()
    app.include_router(operation_routes(workspace, schemas))
    app.include_router(upload_routes(workspace))
    describe(app, schemas)
    app.state.pulse = Pulse(workspace, live=live)
    app.include_router(live_routes(app.state.pulse))
    take_calls(app, workspace)
    explain_problems(app)
    app.add_middleware(Repeating, memory=Memory(workspace._parts.catalogue, workspace._parts.clock))
    protect(app, workspace, hosts)
    if web is not None:
        add_web(app, web)
    return app
