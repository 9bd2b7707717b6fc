"""Where client libraries send what happens: the same addresses, keys and answers as the services they were made for.

A request is answered with 200 when it is on disk. It is checked for its key, its length and its outer form before; what
it says is read by a tick (:mod:`parcours.flow.ingest.clients`), and what is wrong with it then becomes a dead letter.
These routes stand outside the guard of the API: a write key opens nothing else.

To add a format: a module with its routes here, one that reads it in ``flow/ingest/clients``, a line below.
"""

from __future__ import annotations

from starlette.routing import Route

from parcours.service.api.ingestion import customerio, posthog, segment
from parcours.service.api.ingestion.intake import Intake
from parcours.service.workspace import Workspace


def ingestion_routes(workspace: Workspace) -> list[Route]:
    """The routes of every format, those that most requests ask for first."""
    intake = Intake(workspace)
    return [*segment.routes(intake), *posthog.routes(intake), *customerio.routes(intake)]
