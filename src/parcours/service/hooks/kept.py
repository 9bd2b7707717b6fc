"""Web hooks in the catalogue: read, changed, and what a sender writes down about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from parcours.core.errors import UnknownNameError, nearest
from parcours.store.catalogue import Catalogue
from parcours.store.catalogue.hooks import attempts, hooks

#: So many attempts are kept of each hook.
KEPT = 1_000
#: Which changes of membership ``on`` stands for, as the log calls them.
STATUSES: Mapping[str, tuple[str, ...]] = {"enter": ("realized",), "exit": ("exited",), "both": ("realized", "exited")}


@dataclass(frozen=True, slots=True)
class Hook:
    """A web hook; see the table :data:`parcours.store.catalogue.hooks.hooks`."""

    id: str
    url: str
    description: str
    segments: Sequence[str] | None
    on: str
    attributes: Sequence[str]
    batch: int
    enabled: bool
    note: str
    secret: str
    old_secret: str
    old_until: int | None
    cursor: int
    batch_end: int | None
    attempts: int
    failing_since: int | None
    next_at: int | None
    revision: int
    created_at: int
    changed_at: int

    def secrets(self, now: int) -> tuple[str, ...]:
        """Those to sign with: the one before, too, as long as they overlap."""
        old = self.old_until is not None and now < self.old_until
        return (self.secret, self.old_secret) if old and self.old_secret else (self.secret,)

    def __repr__(self) -> str:
        return f"<web hook {self.id}>"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: what was sent, and what came back.

    Attributes:
        message: the id of the message, the same for every attempt.
        kind: ``change``, ``ping`` or ``again`` (redelivered by hand).
        first, last: arrival numbers of the entries and exits in it.
        attempt: which one it is, from 1.
        result: ``delivered`` or ``failed``.
        status: of the answer; ``None``: there was none.
        answer: how it began, or why there was none.
        retry_after: seconds that the endpoint asked to wait.
    """

    hook: str
    message: str
    kind: str
    first: int
    last: int
    items: int
    attempt: int
    at: int
    result: str
    status: int | None
    answer: str
    milliseconds: int
    retry_after: float | None = None

    @property
    def delivered(self) -> bool:
        """Whether it arrived."""
        return self.result == "delivered"


class Kept:
    """The tables of web hooks in a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def all(self) -> list[Hook]:
        """Every hook, by id."""
        with self._catalogue.reading() as con:
            return [Hook(**row) for row in con.execute(select(hooks).order_by(hooks.c.id)).mappings()]

    def get(self, id: str) -> Hook:
        """One of them.

        Raises:
            UnknownNameError: there is no such hook.
        """
        known = {hook.id: hook for hook in self.all()}
        if id not in known:
            raise UnknownNameError(f"there is no web hook {id!r}", code="unknown-hook", hint=nearest(id, known))
        return known[id]

    def add(self, values: Mapping[str, Any]) -> None:
        """Insert one."""
        with self._catalogue.writing() as con:
            con.execute(insert(hooks).values(**values))

    def change(self, id: str, values: Mapping[str, Any]) -> None:
        """Change what people say of it: from then on what a sender knew does not count."""
        with self._catalogue.writing() as con:
            con.execute(update(hooks).where(hooks.c.id == id).values(**values, revision=hooks.c.revision + 1))

    def remove(self, id: str) -> None:
        """Delete it with its attempts."""
        with self._catalogue.writing() as con:
            con.execute(delete(attempts).where(attempts.c.hook == id))
            con.execute(delete(hooks).where(hooks.c.id == id))

    def note(self, hook: Hook, values: Mapping[str, Any], made: Iterable[Attempt]) -> bool:
        """Write down how far a sender is, and the attempts it made; ``False``: the hook was changed since."""
        here = (hooks.c.id == hook.id) & (hooks.c.revision == hook.revision)
        with self._catalogue.writing() as con:
            known = con.execute(update(hooks).where(here).values(**values)).rowcount == 1
            self._insert(con, hook.id, made)
        return known

    def note_attempts(self, id: str, made: Iterable[Attempt]) -> None:
        """Write down attempts that say nothing of how far the hook is."""
        with self._catalogue.writing() as con:
            self._insert(con, id, made)

    def _insert(self, con: Any, id: str, made: Iterable[Attempt]) -> None:
        rows = [{name: value for name, value in asdict(one).items() if name != "retry_after"} for one in made]
        if not rows:
            return
        con.execute(insert(attempts), rows)
        newest = con.execute(select(func.max(attempts.c.number))).scalar()
        if newest % 100 < len(rows):  # now and then
            kept = (
                select(attempts.c.number).where(attempts.c.hook == id).order_by(attempts.c.number.desc()).offset(KEPT)
            )
            oldest = con.execute(kept.limit(1)).scalar()
            if oldest is not None:
                con.execute(delete(attempts).where(attempts.c.hook == id, attempts.c.number <= oldest))

    def attempts(self, id: str, limit: int) -> list[dict[str, Any]]:
        """The newest attempts of a hook, the newest first."""
        query = select(attempts).where(attempts.c.hook == id).order_by(attempts.c.number.desc()).limit(limit)
        with self._catalogue.reading() as con:
            return [dict(row) for row in con.execute(query).mappings()]

    def attempt_of(self, id: str, message: str) -> dict[str, Any]:
        """The newest attempt at a message.

        Raises:
            UnknownNameError: it is not known, or not any more.
        """
        here = (attempts.c.hook == id) & (attempts.c.message == message)
        with self._catalogue.reading() as con:
            row = con.execute(select(attempts).where(here).order_by(attempts.c.number.desc())).mappings().first()
        if row is None:
            raise UnknownNameError(
                f"web hook {id!r} has no message {message!r}",
                code="unknown-message",
                hint=f"of each hook the last {KEPT:,} attempts are kept; rewind sends older ones again",
            )
        return dict(row)
