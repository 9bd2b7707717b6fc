"""Calls answered where the workspace is: each in a thread of its own, with what it has to tell as it comes."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any

import structlog

from parcours.core import interrupting
from parcours.core.errors import InputError, Overloaded, ParcoursError, WorkspaceError
from parcours.service.access.caller import Caller
from parcours.service.remote.failures import MISTAKES
from parcours.service.remote.kept import Cupboard, Kept
from parcours.service.remote.messages import Acting, Request, frame
from parcours.service.remote.permitted import scope_of
from parcours.service.remote.reading import refuse_paths
from parcours.service.remote.rooms import HOLDER, OWN, Member, members_of
from parcours.service.remote.shapes import classes_of, classes_of_hint
from parcours.service.remote.wire import Compression, Packer, Unpacker
from parcours.service.surface.operations import CRM_ROOMS
from parcours.service.workspace import Workspace

#: Calls at a time.
MOST = 32
#: Frames that wait for a caller who does not read; the oldest of what was told is left out beyond.
_WAITING = 10_000
#: Methods that look themselves whether they are still wanted, where nothing is left half done.
_LOOKING = frozenset({"replay"})
_log = structlog.get_logger(__name__)
_current: ContextVar[Call | None] = ContextVar("current call", default=None)


class Call:
    """One call under way.

    Args:
        work: does it; gives the result, packed.
        id, owner: by which it can be stopped, and by whom.
    """

    def __init__(self, request: Request, owner: str, work: Callable[[], Any]) -> None:
        self.id, self.owner = request.id, owner
        self._looks = request.name in _LOOKING
        self._work = work
        self._frames: deque[bytes] = deque()
        self._wish = interrupting.Wish()
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._noticed: Callable[[], None] = lambda: None

    # --- in its own thread -----------------------------------------------------------------------------

    def run(self) -> None:
        """Do it."""
        _current.set(self)
        interrupting.wish.set(self._wish)
        try:
            last = self._done()
        except BaseException:
            _log.exception("a call failed")
            last = frame("mistake", "Exception", "see the log of the service")
        with self._lock:
            self._frames.append(last)
            self._ended.set()
        self._noticed()

    def _done(self) -> bytes:
        packer = Packer()
        try:
            return frame("result", self._work())
        except ParcoursError as error:
            return frame("error", packer.pack(error))
        except interrupting.Interrupted:
            return frame("error", packer.pack(stopped()))
        except tuple(MISTAKES.values()) as error:
            _log.warning("a call failed", exc_info=True)
            return frame("mistake", type(error).__name__, str(error.args[0]) if error.args else "")
        except Exception as error:
            _log.exception("a call failed")
            return frame("mistake", type(error).__name__, f"{type(error).__name__}: {error}")

    def tell(self, number: int, values: tuple[Any, ...]) -> None:
        """Tell the caller something.

        Raises:
            Interrupted: the caller does not want to hear any more.
        """
        if self._wish.withdrawn:
            if not self._looks:
                raise interrupting.Interrupted
            return
        packer = Packer()
        told = frame("told", number, [packer.pack(value) for value in values])
        with self._lock:
            if len(self._frames) >= _WAITING:
                self._frames.popleft()
            self._frames.append(told)
        self._noticed()

    # --- elsewhere -------------------------------------------------------------------------------------

    def when_noticed(self, noticed: Callable[[], None]) -> None:
        """Have this called, from any thread, when there are frames."""
        self._noticed = noticed
        noticed()

    def frames(self) -> tuple[bytes, bool]:
        """The frames that have come since, and whether the last one is among them."""
        with self._lock:
            found = b"".join(self._frames)
            self._frames.clear()
            return found, self._ended.is_set()

    def give_up(self) -> None:
        """Nobody wants it any more: it ends where it looks."""
        self._wish.withdraw()

    def wait(self, seconds: float) -> None:
        """Wait until it has ended, but no longer."""
        self._ended.wait(seconds)


def stopped() -> WorkspaceError:
    """The error of a call that was given up."""
    return WorkspaceError(
        "the work was stopped before its end", code="stopped", hint="what was committed stays; do it again to go on"
    )


class _Told:
    """Stands for something to be called on the caller's side."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __call__(self, *values: Any) -> None:
        call = _current.get()
        if call is not None:
            call.tell(self._number, values)


class Calls:
    """All calls to a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._kept = Cupboard()
        self._running: dict[str, Call] = {}
        self._lock = threading.Lock()
        self._closed = False

    def begin(self, request: Request, caller: Caller, compression: Compression = "uncompressed") -> Call | None:
        """Begin a call; ``None`` for what needs no answer.

        Raises:
            AccessError: the caller may not do this.
            InputError: there is no such method, or the arguments cannot be read.
            WorkspaceError, Overloaded: the service stops, or has too much to do.
        """
        owner = f"{caller.kind} {caller.id}"
        self._kept.drop(request.released, owner)
        if request.how == "stop":
            self._stop(request.id, owner)
            return None
        call = Call(request, owner, self._work(request, caller, owner, compression))
        with self._lock:
            if self._closed:
                raise WorkspaceError("the service is stopping", code="service-stopped")
            if len(self._running) >= MOST:
                raise Overloaded(f"{MOST} calls are under way already", retry_after=1)
            self._running[call.id] = call
        threading.Thread(target=self._run, args=(call,), name=f"call {request.name}", daemon=True).start()
        return call

    @staticmethod
    def reads(request: Request) -> bool:
        """Whether a call changes nothing; what is tried is thrown away."""
        return request.how != "method" or bool(request.kept) or scope_of(request.name).endswith(":read")

    def _run(self, call: Call) -> None:
        try:
            call.run()
        finally:
            with self._lock:
                self._running.pop(call.id, None)

    def _stop(self, id: str, owner: str) -> None:
        with self._lock:
            found = self._running.get(id)
        if found is not None and found.owner == owner:
            found.give_up()

    def close(self, seconds: float = 10.0) -> None:
        """Take no more calls, and have those end that are under way; waits for them, but no longer than so."""
        with self._lock:
            self._closed = True
            running = list(self._running.values())
        for call in running:
            call.give_up()
        for call in running:
            call.wait(seconds)

    # --- one call --------------------------------------------------------------------------------------

    def _work(self, request: Request, caller: Caller, owner: str, compression: Compression) -> Callable[[], Any]:
        kept = self._kept.get(request.kept, owner) if request.kept else None
        scope = scope_of(request.name) if kept is None else kept.scope
        caller.check(scope)
        room = self._room(request, caller) if kept is None else kept.room
        *inside, name = request.name.split(".")
        for part in inside:
            room = _inside(room, part)
        member = members_of(type(room)).get(name)
        if member is None or member.how == "room" or (room is self._workspace and name in OWN | HOLDER):
            raise InputError(f"there is no operation {request.name!r}", code="unknown-operation")
        classes = _classes(member)
        unpacker = Unpacker(classes, call=_Told)
        args = [unpacker.unpack(value) for value in request.args]
        named = {name: unpacker.unpack(value) for name, value in request.named.items()}
        if member.function is not None:
            refuse_paths(member.function, args, named)
        packer = Packer(keep=lambda made: self._kept.put(made, owner, scope), compression=compression)

        def work() -> Any:
            with _busy(kept):
                found = getattr(room, member.name)
                return packer.pack(found(*args, **named) if member.how == "method" else found)

        return work

    def _room(self, request: Request, caller: Caller) -> object:
        """The workspace; or in front of the rooms of the CRM, it as the caller works in it."""
        first = request.name.partition(".")[0]
        acting = request.acting or Acting()
        user = caller.working_as(acting.user)
        if first not in CRM_ROOMS or "." not in request.name or not (user or request.acting):
            return self._workspace
        code = acting.salesperson_code if caller.kind != "account" else caller.salesperson_code or None
        crm = self._workspace.crm.acting(user, work_date=acting.work_date, role=acting.role, salesperson_code=code)
        return _Acting(crm)


class _Acting:
    """The rooms of the CRM as somebody works in them, by their names in the workspace."""

    def __init__(self, crm: Any) -> None:
        self.crm = crm
        self.contacts, self.worksheets, self.interactions = crm.contacts, crm.worksheets, crm.interactions
        self.campaigns, self.opportunities = crm.campaigns, crm.opportunities


def _inside(room: object, name: str) -> object:
    """The room of this name in another one."""
    members: Mapping[str, Member] = members_of(Workspace if isinstance(room, _Acting) else type(room))
    if name not in members or members[name].how != "room":
        raise InputError(f"there is no room {name!r}", code="unknown-operation")
    return getattr(room, name)


def _classes(member: Member) -> Mapping[str, type]:
    return classes_of_hint(member.hint) if member.function is None else classes_of(member.function)


@contextlib.contextmanager
def _busy(kept: Kept | None) -> Iterator[None]:
    """One call at a time uses what was kept."""
    with contextlib.nullcontext() if kept is None else kept.busy:
        yield
