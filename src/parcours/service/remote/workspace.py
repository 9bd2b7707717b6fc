"""A workspace that another process holds: the same classes, with every method a call to there."""

from __future__ import annotations

import functools
import inspect
import itertools
import threading
import uuid
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NoReturn, TypeVar, cast

import msgspec

from parcours.contacts.office.questions import QUESTIONS, Answers
from parcours.contacts.people.fields import as_day
from parcours.core.errors import OpenQuestion, ParcoursError, WorkspaceError
from parcours.service.crm.crm import Crm
from parcours.service.remote.connection import Connections
from parcours.service.remote.failures import MISTAKES
from parcours.service.remote.messages import LAST, Acting, Request, request_bytes
from parcours.service.remote.reading import with_contents
from parcours.service.remote.rooms import OWN, Member, members_of
from parcours.service.remote.shapes import classes_of, classes_of_hint
from parcours.service.remote.wire import Compression, Packer, Unpacker
from parcours.service.workspace import Workspace

Room = TypeVar("Room")


@dataclass(frozen=True, slots=True)
class Target:
    """A room on the other side: its path, or its number where it was made by a call."""

    path: str = ""
    kept: str = ""
    acting: Acting | None = None

    def inside(self, name: str) -> Target:
        """A room in it."""
        return replace(self, path=f"{self.path}.{name}" if self.path else name)


class Caller:
    """Makes calls, tells callbacks, and brings back results or errors as they were there."""

    def __init__(self, connections: Connections, compression: Compression = "uncompressed") -> None:
        self.connections = connections
        self._compression = compression
        self._callbacks: dict[int, tuple[Callable[..., Any], Unpacker]] = {}
        self._numbers = itertools.count(1)
        self._released: list[str] = []
        self._lock = threading.Lock()

    def method(self, target: Target, member: Member, args: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        """What a method gives."""
        function = cast(Callable[..., Any], member.function)
        bound = inspect.signature(function).bind(None, *args, **named)  # what does not fit fails here as it does there
        with_contents(function, bound)
        if _asks(bound.arguments.get("answers")):
            return self._answered(target, member, bound)
        return self._call(target, member, bound.args[1:], bound.kwargs)

    def value(self, target: Target, member: Member) -> Any:
        """A value, asked for anew."""
        return self._exchange(self._request(target, member.name, "value"), _classes(member))

    def _answered(self, target: Target, member: Member, bound: inspect.BoundArguments) -> Any:
        """A method whose questions somebody here answers, one by one: until then it does nothing."""
        questions = bound.arguments["answers"]
        known: dict[str, bool] = {}
        while True:
            bound.arguments["answers"] = Answers(known, questions.interactive)
            try:
                return self._call(target, member, bound.args[1:], bound.kwargs)
            except OpenQuestion as open_:
                words = QUESTIONS[open_.question][1]
                known[open_.question] = questions.ask(open_.question, open_.message.removeprefix(words).strip())

    def _call(self, target: Target, member: Member, args: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        mine: list[int] = []
        classes = _classes(member)
        packer = Packer(functools.partial(self._remember, mine, classes), compression=self._compression)
        request = self._request(target, member.name, "method")
        request = msgspec.structs.replace(
            request,
            args=[packer.pack(value) for value in args],
            named={name: packer.pack(value) for name, value in named.items()},
        )
        result: Any = None
        try:
            result = self._exchange(request, classes)
            return result
        finally:
            if not isinstance(result, Far):  # what stays there may call again
                self._forget(mine)
            else:
                weakref.finalize(result, self._forget, mine)

    def _request(self, target: Target, name: str, how: Any) -> Request:
        with self._lock:
            released, self._released = self._released, []
        path = f"{target.path}.{name}" if target.path else name
        return Request(
            id=uuid.uuid4().hex, name=path, how=how, kept=target.kept, acting=target.acting, released=released
        )

    def _remember(self, mine: list[int], classes: Mapping[str, type], function: Callable[..., Any]) -> int:
        number = next(self._numbers)
        self._callbacks[number] = function, Unpacker(classes)
        mine.append(number)
        return number

    def _forget(self, numbers: list[int]) -> None:
        for number in numbers:
            self._callbacks.pop(number, None)

    def _kept(self, kind: type, number: str) -> object:
        room = far(kind)(self, Target(kept=number))
        weakref.finalize(room, self._released.append, number)
        return room

    def _exchange(self, request: Request, classes: Mapping[str, type]) -> Any:
        unpacker = Unpacker(classes, room=self._kept)
        interrupted: BaseException | None = None
        for kind, *parts in self.connections.exchange(request_bytes(request)):
            if kind == "told" and interrupted is None:
                try:
                    self._told(*parts)
                except BaseException as error:
                    interrupted = error
                    if not self._stop(request):
                        raise  # breaking off stops it, too
            elif kind in LAST:
                if interrupted is not None:
                    raise interrupted
                return _ended(kind, parts, unpacker)
        raise self.connections.lost()

    def _told(self, number: int, values: list[Any]) -> None:
        function, unpacker = self._callbacks[number]
        function(*map(unpacker.unpack, values))

    def _stop(self, request: Request) -> bool:
        """Have a call ended, so that its answer comes soon: what it has done so far stays. Whether that was heard."""
        try:
            for _ in self.connections.exchange(request_bytes(Request(id=request.id, how="stop"))):
                pass
        except ParcoursError:
            return False
        return True


def _asks(answers: object) -> bool:
    return hasattr(answers, "ask") and not isinstance(answers, Mapping)


def _classes(member: Member) -> Mapping[str, type]:
    return classes_of_hint(member.hint) if member.function is None else classes_of(member.function)


def _ended(kind: str, parts: list[Any], unpacker: Unpacker) -> Any:
    if kind == "result":
        return unpacker.unpack(parts[0])
    if kind == "error":
        raise unpacker.unpack(parts[0])
    name, message = parts
    if name in MISTAKES:
        raise MISTAKES[name](message)
    raise WorkspaceError(f"the service failed: {message}", code="internal", hint="its log tells more")


# --- classes ---------------------------------------------------------------------------------------------


class Far:
    """A room that is elsewhere. Its class has the names of the real one."""

    _caller: Caller
    _target: Target

    def __init__(self, caller: Caller, target: Target) -> None:
        self._caller, self._target = caller, target
        self._inside: dict[str, object] = {}

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(
            f"{type(self).__name__!r} has no attribute {name!r} here: another process holds the workspace"
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._caller.connections.place.name}>"


@cache
def far(room: type[Room]) -> Callable[[Caller, Target], Room]:
    """A class like that of a room, for rooms that are elsewhere."""
    own: frozenset[str] = OWN if issubclass(room, Workspace) else frozenset()
    names = {name: _name(member) for name, member in members_of(room).items() if name not in own}
    bases: tuple[type, ...] = (_OVER.get(room, Far), room)
    shown = {"__doc__": room.__doc__, "__module__": room.__module__, "__qualname__": room.__qualname__}
    hidden = {name: value for name, value in names.items() if name not in vars(bases[0])}
    return cast("Callable[[Caller, Target], Room]", type(room.__name__, bases, {**hidden, **shown}))


def _name(member: Member) -> Any:
    if member.how == "room":
        return property(functools.partial(_room_in, member=member), doc=getattr(member.function, "__doc__", None))
    if member.how == "value":
        return property(functools.partial(_value_in, member=member), doc=getattr(member.function, "__doc__", None))

    @functools.wraps(cast(Callable[..., Any], member.function))
    def method(self: Far, /, *args: Any, **named: Any) -> Any:
        return self._caller.method(self._target, member, args, named)

    return method


def _room_in(self: Far, member: Member) -> object:
    if member.name not in self._inside:
        assert member.room is not None
        self._inside[member.name] = far(member.room)(self._caller, self._target.inside(member.name))
    return self._inside[member.name]


def _value_in(self: Far, member: Member) -> Any:
    return self._caller.value(self._target, member)


class _FarWorkspace(Far):
    """What a workspace that is elsewhere does for itself."""

    def close(self) -> None:
        """Let go of the connection; the service goes on. The second call does nothing."""
        self._caller.connections.close()

    def run(self, *args: object, **named: object) -> NoReturn:
        raise WorkspaceError(
            f"the workspace is run by another process: {self._caller.connections.place.name}",
            code="in-use",
            hint="it moves already; who wants to run it here has to stop that process first",
        )

    def stop(self) -> NoReturn:
        raise WorkspaceError(
            f"another process holds the workspace: {self._caller.connections.place.name}",
            code="in-use",
            hint="stop that process",
        )


class _FarCrm(Far):
    """What the CRM does for itself when it is elsewhere."""

    @functools.wraps(Crm.acting)
    def acting(
        self, user: str = "", *, work_date: Any = None, role: str = "", salesperson_code: str | None = None
    ) -> Crm:
        day = as_day("work_date", work_date)
        acting = Acting(user, None if day is None else day.isoformat(), role, salesperson_code)
        found: Crm = far(Crm)(self._caller, replace(self._target, path="crm", acting=acting))
        return found


_OVER: Mapping[type, type] = {Workspace: _FarWorkspace, Crm: _FarCrm}


def remote_workspace(connections: Connections, compression: Compression = "uncompressed") -> Workspace:
    """The workspace of a service.

    Raises:
        WorkspaceError, AccessError: the service cannot be reached, or does not let this caller in.
    """
    workspace: Workspace = far(Workspace)(Caller(connections, compression), Target())
    workspace.folder  # noqa: B018 - asked at once, so that what is wrong is said here
    return workspace
