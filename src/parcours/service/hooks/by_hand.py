"""Messages of web hooks that somebody sends by hand: a ping, one again, everything from an instant on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from parcours.core.errors import UnknownNameError
from parcours.flow.delivery.http.client import Client
from parcours.service.hooks import messages
from parcours.service.hooks.kept import Hook, Kept
from parcours.service.hooks.posting import post_now
from parcours.service.hooks.sending import Pace
from parcours.service.segments import Moment, as_instant

if TYPE_CHECKING:
    from parcours.core.clock import Clock
    from parcours.service.wiring import Parts


class ByHand:
    """Base of :class:`~parcours.service.hooks.hooks.Hooks`."""

    _parts: Parts
    _given: Pace | None
    _clock: Clock

    @property
    def _pace(self) -> Pace:
        """How fast: looked up when it is used, as settings may be written until then."""
        return self._given or Pace(timeout=self._parts.settings.hook_timeout_seconds)

    @property
    def _kept(self) -> Kept:
        return Kept(self._parts.catalogue)

    def get(self, hook: str) -> dict[str, object]:
        """A web hook with everything but its secret."""
        raise NotImplementedError

    def _client(self) -> Client:
        raise NotImplementedError

    def _change(self, hook: str, values: Mapping[str, Any]) -> None:
        raise NotImplementedError

    def ping(self, hook: str) -> dict[str, object]:
        """Send a message of type ``ping`` at once, enabled or not; gives what came back.

        Raises:
            UnknownNameError: there is no such web hook.
        """
        found = self._kept.get(hook)
        return self._post(found, messages.ping(found, self._clock.now()), "ping")

    def redeliver(self, hook: str, message: str) -> dict[str, object]:
        """Send a message again at once, with its id; gives what came back. How far the hook is does not change.

        Args:
            hook: its id.
            message: id of the message, as :meth:`attempts` shows it.

        Raises:
            UnknownNameError: there is no such web hook or message, or its people were erased.
        """
        found, row = self._kept.get(hook), self._kept.attempt_of(hook, message)
        if row["kind"] == "ping":
            return self.ping(hook)
        frame = messages.between(self._parts.log, found, row["first"], row["last"])
        if not frame.height:
            raise UnknownNameError(f"nothing is left of message {message!r}", code="unknown-message")
        if "-" in message.removeprefix(f"{hook}."):
            again = messages.several(found, frame)
        else:
            again = messages.single(found, next(frame.iter_rows(named=True)))
        return self._post(found, again, "again")

    def rewind(self, hook: str, since: Moment) -> dict[str, object]:
        """Tell it again of everything from an instant on, in order, with the ids that messages had.

        Args:
            hook: its id.
            since: the instant of the first tick to be told of.

        Raises:
            UnknownNameError: there is no such web hook.
            InputError: that is no instant.
        """
        self._kept.get(hook)
        cursor = messages.first_since(self._parts.log, as_instant(since))
        fresh = {"batch_end": None, "attempts": 0, "failing_since": None, "next_at": None}
        self._change(hook, {"cursor": cursor, **fresh})
        return self.get(hook)

    def _post(self, hook: Hook, message: messages.Message, kind: str) -> dict[str, object]:
        made = post_now(self._client(), hook, message, self._pace.timeout, kind)
        self._kept.note_attempts(hook.id, [made])
        shape = {"message": made.message, "result": made.result, "status": made.status, "answer": made.answer}
        return {"ok": made.delivered, **shape, "milliseconds": made.milliseconds}
