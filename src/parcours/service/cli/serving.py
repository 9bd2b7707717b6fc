"""``parcours serve``: everything in one process, until Ctrl-C."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parcours.service.cli.output import note, say
from parcours.service.cli.session import Flag, held

if TYPE_CHECKING:
    from collections.abc import Callable

    from parcours.core.clock import Clock
    from parcours.service.workspace import Workspace


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 8711,
    still: Flag = False,
    from_last_tick: Flag = False,
    admin: str = "admin@localhost",
) -> None:
    """Operate live like run, and serve ingestion, the API and a web page, until Ctrl-C.

    People sign in with an account (`parcours accounts`), programs with a key (`parcours keys`). Ctrl-C and SIGTERM let
    requests under way end; a second one does not wait.

    Args:
        host: the address to listen on. Where it is reached from elsewhere, put a web server with https in front of it.
        port: the port to listen on; 0 takes any free one.
        still: only show; time does not move, nothing is taken in and nothing is sent.
        from_last_tick: let time go on from the last tick, however long ago that was, instead of catching up with
            today: for workspaces with data of the past.
        admin: who signs in first; where there is no account yet, it gets a one-time password that is shown once.
    """
    from parcours.core.clock import ShiftedClock

    clock = ShiftedClock() if from_last_tick else None
    with held(clock) as workspace:
        last = workspace._parts.log.last_tick()
        if clock is not None and last is not None:
            clock.shift_to(last[1])
        serve_workspace(workspace, host, port, live=not still, clock=clock, admin=admin)
    say("stopped")


def serve_workspace(
    workspace: Workspace,
    host: str,
    port: int,
    *,
    live: bool,
    clock: Clock | None,
    admin: str = "admin@localhost",
    told: Callable[[str], None] | None = None,
) -> None:
    """Serve a workspace that is open until a signal; says where, and how to sign in at first.

    Args:
        workspace: what is served.
        host, port: where to listen.
        live: whether time moves.
        clock: where the time of ticks comes from; by default the clock of the machine.
        admin: who signs in first.
        told: told of the address, too.

    Raises:
        InputError: ``port-in-use``, or the host is not one of this machine's.
        WorkspaceError: a commit failed.
    """
    from parcours.service.api.app import application
    from parcours.service.api.operating import operate
    from parcours.service.api.overview import overview
    from parcours.service.api.server import names_of
    from parcours.service.api.web import COMMAND, STATIC, built

    overview(workspace, live=live)  # everything is opened before the first request asks for it
    if not built():
        note(f"the web application is not built: a plain page is served in its place. In a checkout: {COMMAND}")
    app = application(workspace, live=live, hosts=names_of(host), web=STATIC if built() else None)

    def ready(address: str) -> None:
        note(f"{address}  (Ctrl-C stops)")
        first = workspace.access.begin(admin)
        if first is not None:
            note(f"sign in as {admin} with the one-time password {first} (it is shown only now)")
        if told is not None:
            told(address)

    operate(workspace, app, host, port, ready=ready, clock=clock, live=live)
