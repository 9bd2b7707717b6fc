"""Channel choice: sends each person one message, over the first channel open to it (journeys.md, section 10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal, TypeAlias

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.errors import DefinitionError, ParcoursError
from parcours.flow.journeys.activities.arriving import Arrivals, Needs
from parcours.flow.journeys.activities.base import (
    Activity,
    Edge,
    Moves,
    Names,
    Parcel,
    RuleText,
    Targets,
    edge,
    everyone,
)
from parcours.flow.journeys.activities.calls import error_edge
from parcours.flow.journeys.activities.email import Email
from parcours.flow.journeys.activities.messages import Message, rule_set_problems
from parcours.flow.journeys.activities.push import Push
from parcours.flow.journeys.activities.sms import Sms
from parcours.flow.journeys.activities.webhook import Webhook
from parcours.flow.journeys.contents import Contents
from parcours.flow.journeys.problems import wrong_value

Channel: TypeAlias = Literal["email", "sms", "push", "webhook"]
#: Settings of a message that belong to the choice, not to one of its messages.
_SHARED = ("then", "on_error", "rule_sets", "transactional")


class Messages(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message for each channel of the ranking, written as in activities of that type."""

    email: Email | None = None
    sms: Sms | None = None
    push: Push | None = None
    webhook: Webhook | None = None


class ChooseChannel(Activity, frozen=True, kw_only=True):
    """Sends the message of the first channel in ``ranking`` that the person accepts: has an address for, consents to,
    is not suppressed on, and may still get messages on by the caps. Who accepts none passes without a message.

    ``rule_sets`` and ``transactional`` as in messages, for whatever channel is taken.
    """

    kind: ClassVar[str] = "choose_channel"
    acts: ClassVar[bool] = True

    ranking: tuple[Channel, ...]
    messages: Messages
    rule_sets: tuple[str, ...] = ()
    transactional: bool = False
    then: Targets = None
    on_error: Targets = None

    def check(self, names: Names) -> Iterator[ParcoursError]:
        if not self.ranking:
            yield DefinitionError(
                "the ranking is empty", code="missing-setting", where="ranking", hint="ranking: [push, email, sms]"
            )
        for channel, count in Counter[str](self.ranking).items():
            if count > 1:
                yield wrong_value("ranking", f"{channel!r} stands there {count} times")
            if getattr(self.messages, channel) is None:
                yield DefinitionError(
                    f"there is no message for {channel!r}", code="missing-setting", where=f"messages.{channel}"
                )
        for channel, message in self._written().items():
            yield from self._message_problems(channel, message, names)
        yield from rule_set_problems(self.rule_sets, names)

    def _message_problems(self, channel: str, message: Message, names: Names) -> Iterator[ParcoursError]:
        if channel not in self.ranking:
            yield wrong_value(f"messages.{channel}", f"{channel!r} is not in the ranking")
        for setting in _SHARED:
            if getattr(message, setting):
                yield wrong_value(f"messages.{channel}.{setting}", "this belongs to the choice of the channel itself")
        for problem in message.check(names):
            problem.where = f"messages.{channel}.{problem.where}"
            yield problem

    def _written(self) -> dict[str, Message]:
        """The messages by channel."""
        found = {name: getattr(self.messages, name) for name in self.messages.__struct_fields__}
        return {name: message for name, message in found.items() if message is not None}

    def edges(self) -> tuple[Edge, ...]:
        return (edge("next", self.then, "then"), *error_edge(self.on_error))

    def rules(self) -> tuple[RuleText, ...]:
        return tuple(
            rule for channel, message in self._written().items() for rule in message.rules_at(f"messages.{channel}.")
        )

    def needs(self) -> Needs:
        every = [message.needs() for message in self._written().values()]
        return Needs(*(frozenset().union(*parts) for parts in zip(*every, strict=True))) if every else Needs()

    def templates(self) -> Mapping[str, str]:
        """The templates of each channel, with the channel in front: ``email.subject``."""
        fields = {
            f"{channel}.{field}": source
            for channel, message in self._written().items()
            for field, source in message.sources().items()
        }
        return {"channel": "", **fields}

    def pressed(self) -> tuple[str, tuple[str, ...], bool] | None:
        return "", self.rule_sets, self.transactional

    def step(self, arrivals: Arrivals) -> Moves:
        open_ = np.ones(len(arrivals), np.bool_)
        chosen = np.full(len(arrivals), None, object)
        parcels = []
        for channel in self.ranking:
            message = self._written()[channel]
            mine = open_ & arrivals.accepts(channel) & _addressed(message, channel, arrivals)
            if mine.any():
                parts = message.parts(arrivals, f"messages.{channel}.")
                kept = {name: part.filter(pl.Series(mine)) for name, part in parts.items()}
                parcels.append(Parcel(channel, Contents(int(mine.sum()), kept), mine))
            chosen[mine] = channel
            open_ &= ~mine
        detail = pl.Series(chosen.tolist(), dtype=pl.String).fill_null("no_channel")
        return Moves(everyone(arrivals, 0), parcels=tuple(parcels), detail=detail)


def _addressed(message: Message, channel: str, arrivals: Arrivals) -> NDArray[np.bool_]:
    """Who has an address, as far as that is known before the message is written."""
    addresses = message.addresses_at(f"messages.{channel}.", arrivals)
    found: NDArray[np.bool_]
    found = np.ones(len(arrivals), np.bool_) if addresses is None else addresses.is_not_null().to_numpy()
    return found
