"""``parcours serve``: a plain page that says what runs."""

from __future__ import annotations

import signal
import threading

from parcours.service.cli.output import note, say
from parcours.service.cli.session import Flag, opened


def serve(*, host: str = "127.0.0.1", port: int = 8711, still: Flag = False) -> None:
    """Operate live like run, and show what happens on a web page, until Ctrl-C.

    Args:
        host: the address to listen on; the page needs no password, so keep it on this machine. Where the setting
            `tracking` is used, have a web server pass on /c/, /o/ and /u/ only.
        port: the port to listen on; 0 takes any free one.
        still: only show; time does not move, nothing is taken in and nothing is sent.
    """
    from parcours.service.api.overview import overview
    from parcours.service.api.server import serving
    from parcours.service.api.tracking import tracked_links

    with opened() as workspace:
        overview(workspace, live=not still)  # everything is opened before the first request asks for it
        more = tracked_links(workspace)
        with serving(lambda: overview(workspace, live=not still), host, port, more, lambda: workspace.crm) as address:
            if still:
                _show_until_signal(address)
            else:
                note(f"{address}  (Ctrl-C stops)")
                workspace.run(signals=True)
    say("stopped")


def _show_until_signal(address: str) -> None:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    note(f"{address}  (Ctrl-C stops)")
    while not stop.wait(0.2):  # in short waits, so that the signal is seen at once
        pass
