"""``workspace.hooks``: web hooks on entries and exits."""

from __future__ import annotations

import builtins
import secrets
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import polars as pl

from parcours.core.clock import SystemClock, duration
from parcours.core.errors import DeliveryError, InputError, UnknownNameError, nearest
from parcours.core.ids import checked_name
from parcours.flow.delivery.http.allowed import Allowed
from parcours.flow.delivery.http.client import Client
from parcours.flow.delivery.http.signing import PREFIX
from parcours.service.access.frames import AT, framed, told
from parcours.service.hooks import messages
from parcours.service.hooks.by_hand import ByHand
from parcours.service.hooks.kept import STATUSES, Hook
from parcours.service.hooks.sending import Pace, Sender, sent_by
from parcours.service.mailing import outside_settings

if TYPE_CHECKING:
    from parcours.engines.local import Ticked
    from parcours.service.wiring import Parts

On: TypeAlias = Literal["enter", "exit", "both"]
#: The most entries and exits of one message.
MOST = 1_000
#: How long the secret before is good, too, after a rotation.
OVERLAP = "24 hours"
_COLUMNS = {
    "hook": pl.String, "url": pl.String, "description": pl.String, "segments": pl.List(pl.String), "on": pl.String,
    "enabled": pl.Boolean, "state": pl.String, "note": pl.String, "behind": pl.Int64, "attempts": pl.Int64,
    "failing_since": AT, "next_at": AT,
}  # fmt: skip
_ATTEMPTS = {
    "message": pl.String, "kind": pl.String, "items": pl.Int64, "attempt": pl.Int64, "at": AT, "result": pl.String,
    "status": pl.Int64, "answer": pl.String, "milliseconds": pl.Int64,
}  # fmt: skip


class Hooks(ByHand):
    """Other services that are told of entries and exits over HTTP, signed by the Standard Webhooks specification.

    A hook is told in the order in which the log recorded them, at least once, while the workspace runs live
    (``parcours serve``, ``parcours run``). What is told twice has the same id.
    """

    def __init__(self, parts: Parts, pace: Pace | None = None) -> None:
        self._parts = parts
        self._given = pace
        self._sender: Sender | None = None
        self._random: Callable[[int], bytes] = secrets.token_bytes
        self._clock = SystemClock()

    # --- what there is -----------------------------------------------------------------------------------

    def list(self) -> pl.DataFrame:
        """All web hooks: what they are told of, whether they are delivered (``state``: ``ok``, ``failing``,
        ``disabled``), and how many entries and exits of any segment lie between each and the newest (``behind``)."""
        rows = [self._row(hook) for hook in self._kept.all()]
        return framed(rows, _COLUMNS)

    def get(self, hook: str) -> dict[str, object]:
        """A web hook with everything but its secret.

        Raises:
            UnknownNameError: there is no such web hook.
        """
        found = self._kept.get(hook)
        row = {**self._row(found), "attributes": [*found.attributes], "batch": found.batch}
        times = {"created_at": found.created_at, "changed_at": found.changed_at}
        overlap = {"old_secret_until_at": found.old_until}
        return told({**row, **times, **overlap, "failing_since_at": found.failing_since})

    def _row(self, hook: Hook) -> dict[str, Any]:
        newest = messages.newest(self._parts.log)
        failing = "failing" if hook.attempts else "ok"
        return {
            "hook": hook.id,
            "url": hook.url,
            "description": hook.description,
            "segments": None if hook.segments is None else [*hook.segments],
            "on": hook.on,
            "enabled": hook.enabled,
            "state": failing if hook.enabled else "disabled",
            "note": hook.note,
            "behind": max(0, newest - hook.cursor),
            "attempts": hook.attempts,
            "failing_since": hook.failing_since,
            "next_at": hook.next_at,
        }

    def attempts(self, hook: str, limit: int = 100) -> pl.DataFrame:
        """What became of attempts, the newest first: ``message``, ``kind`` (``change``, ``ping``, ``again``),
        ``items``, ``attempt``, ``at``, ``result`` (``delivered``, ``failed``), ``status``, ``answer``,
        ``milliseconds``.

        Raises:
            UnknownNameError: there is no such web hook.
        """
        self._kept.get(hook)
        return framed(self._kept.attempts(hook, limit), _ATTEMPTS)

    # --- making and changing -----------------------------------------------------------------------------

    def add(
        self,
        hook: str,
        url: str,
        *,
        segments: Sequence[str] | None = None,
        on: On = "both",
        attributes: Sequence[str] = (),
        batch: int = 1,
        description: str = "",
        enabled: bool = True,
    ) -> dict[str, object]:
        """Make a web hook; ``secret`` of the answer signs its messages, and is never shown again.

        It is told of what happens from now on.

        Args:
            hook: its id.
            url: where messages go, by POST. Addresses of internal networks are refused unless the settings allow them.
            segments: of these it is told; of all, unless given.
            on: ``enter``, ``exit`` or ``both``.
            attributes: of the profile, as they are when it is told.
            batch: up to so many entries and exits in one message; 1: one each.
            description: for people.
            enabled: whether it is told anything.

        Raises:
            InputError: there is one of this name, or a value cannot be accepted.
            UnknownNameError: there is no such segment.
        """
        known = [each.id for each in self._kept.all()]
        if hook in known:
            raise InputError(f"there is a web hook {hook!r} already", code="exists", where="hook")
        checked_name(hook, "a web hook")
        values = self._checked(url, segments, on, attributes, batch, description)
        self._check_segments(segments)
        secret, now = self._new_secret(), self._clock.now()
        times = {"created_at": now, "changed_at": now, "revision": 1}
        cursor = messages.newest(self._parts.log)
        self._kept.add({"id": hook, **values, "enabled": enabled, "secret": secret, "cursor": cursor, **times})
        self._changed()
        return {**self.get(hook), "secret": secret}

    def edit(
        self,
        hook: str,
        *,
        url: str | None = None,
        segments: Sequence[str] | None = None,
        all_segments: bool = False,
        on: On | None = None,
        attributes: Sequence[str] | None = None,
        batch: int | None = None,
        description: str | None = None,
    ) -> dict[str, object]:
        """Change what is given; the rest stays.

        Args:
            hook: its id.
            url, segments, on, attributes, batch, description: see :meth:`add`.
            all_segments: it is told of all segments.

        Raises:
            UnknownNameError, InputError: see :meth:`add`.
        """
        old = self._kept.get(hook)
        wanted = None if all_segments else old.segments if segments is None else segments
        values = self._checked(
            old.url if url is None else url,
            wanted,
            on or old.on,
            old.attributes if attributes is None else attributes,
            batch or old.batch,
            old.description if description is None else description,
        )
        if segments is not None:
            self._check_segments(segments)
        retried = {"next_at": None, "batch_end": None}  # a mended address is tried at once
        self._change(hook, {**values, **retried})
        return self.get(hook)

    def delete(self, hook: str) -> None:
        """Take it away, with what is known of its attempts.

        Raises:
            UnknownNameError: there is no such web hook.
        """
        self._kept.get(hook)
        self._kept.remove(hook)
        self._changed()

    def enable(self, hook: str, *, from_now: bool = False) -> dict[str, object]:
        """Tell it again, from where it stopped.

        Args:
            hook: its id.
            from_now: leave out what happened meanwhile.

        Raises:
            UnknownNameError: there is no such web hook.
        """
        self._kept.get(hook)
        fresh = {"enabled": True, "note": "", "attempts": 0, "failing_since": None, "next_at": None}
        skipped = {"cursor": messages.newest(self._parts.log), "batch_end": None} if from_now else {}
        self._change(hook, {**fresh, **skipped})
        return self.get(hook)

    def disable(self, hook: str) -> dict[str, object]:
        """Tell it nothing until it is enabled.

        Raises:
            UnknownNameError: there is no such web hook.
        """
        self._kept.get(hook)
        self._change(hook, {"enabled": False, "note": "disabled by hand"})
        return self.get(hook)

    def rotate(self, hook: str, *, overlap: str = OVERLAP) -> dict[str, object]:
        """Give it a new secret, shown once. Messages carry the signatures of both for some time.

        Args:
            hook: its id.
            overlap: how long the secret before counts, too; ``0 s``: not at all, as when it has leaked.

        Raises:
            UnknownNameError: there is no such web hook.
            InputError: that is no length of time.
        """
        old = self._kept.get(hook)
        until, secret = self._clock.now() + duration(overlap), self._new_secret()
        self._change(hook, {"secret": secret, "old_secret": old.secret, "old_until": until})
        return {**self.get(hook), "secret": secret}

    # --- how ---------------------------------------------------------------------------------------------

    def _checked(
        self,
        url: str,
        segments: Sequence[str] | None,
        on: str,
        attributes: Sequence[str],
        batch: int,
        description: str,
    ) -> dict[str, Any]:
        """Settings that can be accepted, in the form in which they are kept.

        Raises:
            InputError: one cannot.
        """
        try:
            self._allowed().check(url)
        except DeliveryError as error:
            raise InputError(error.message, code=error.code, where="url", hint=error.hint) from error
        if on not in STATUSES:
            raise InputError(f"{on!r} is no change of membership", where="on", hint="enter, exit or both")
        if isinstance(batch, bool) or not isinstance(batch, int) or not 1 <= batch <= MOST:
            raise InputError(
                f"{batch!r} entries and exits cannot be in one message", where="batch", hint=f"1 to {MOST}"
            )
        names = None if segments is None else builtins.list(segments)
        shape = {"url": url, "segments": names, "on": on, "attributes": builtins.list(attributes), "batch": batch}
        return {**shape, "description": description}

    def _check_segments(self, segments: Sequence[str] | None) -> None:
        known = [item.id for item in self._parts.catalogue.list("segment")]
        for name in segments or ():
            if name not in known:
                raise UnknownNameError(
                    f"there is no segment {name!r}", code="unknown-segment", hint=nearest(name, known)
                )

    def _change(self, hook: str, values: Mapping[str, Any]) -> None:
        self._kept.change(hook, {**values, "changed_at": self._clock.now()})
        self._changed()

    def _changed(self) -> None:
        if self._sender is not None:
            self._sender.changed()

    def _new_secret(self) -> str:
        return PREFIX + b64encode(self._random(32)).decode()

    def _allowed(self) -> Allowed:
        settings = outside_settings(self._parts.settings)
        return Allowed(settings.hosts, settings.internal)

    def _client(self) -> Client:
        settings = outside_settings(self._parts.settings)
        return Client(self._allowed(), connections=settings.connections, certificates=settings.certificates)

    def _skip(self) -> None:
        """Nobody is told of what was recorded so far: it was replayed without sending."""
        newest = messages.newest(self._parts.log)
        for hook in self._kept.all():
            self._kept.change(hook.id, {"cursor": newest, "batch_end": None})
        self._changed()

    @contextmanager
    def _sending(self) -> Iterator[None]:
        """While it lasts, messages are sent."""

        def ticked(done: Ticked) -> None:
            if done.outputs.heights[0] and self._sender is not None:
                self._sender.wake()

        with sent_by(Sender(self._parts.log, self._kept, self._client, self._pace)) as sender:
            self._sender = sender
            self._parts.watchers.append(ticked)
            try:
                yield
            finally:
                self._parts.watchers.remove(ticked)
                self._sender = None
