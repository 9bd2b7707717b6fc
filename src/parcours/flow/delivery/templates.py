"""Messages from templates and values: what a channel hands over."""

from __future__ import annotations

import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from parcours.core.errors import DeliveryError
from parcours.core.ids import stable_id
from parcours.language.templates import parse_template

#: Templates of every activity that sends, by journey, version and activity: field name to Liquid source.
Templates = Mapping[tuple[str, int, str], Mapping[str, str]]

#: Instead of templates: the message was written where it was decided. Its content is ``{"fields": {…}, "attachments":
#: [{"name", "media_type", "content"}]}``, the contents in base 64.
WRITTEN: Mapping[str, str] = {"written": ""}

#: Fields in which values are escaped for HTML.
HTML_FIELDS = frozenset({"html"})


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with an e-mail."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """One message, rendered.

    Attributes:
        key: the idempotency key of the delivery, as the log has it.
        decided: instant of decision, microseconds. The same for every attempt, so attempts are equal byte by byte.
        fields: rendered texts by field, for e-mail ``to``, ``subject``, ``body`` and ``html``.
        unsubscribe: where mail programs ask for no more of them (RFC 8058), or empty.
        attachments: files that go with it, where the channel can carry them.
    """

    key: str
    decided: int
    fields: Mapping[str, str]
    unsubscribe: str = ""
    attachments: tuple[Attachment, ...] = ()

    @property
    def token(self) -> str:
        """The key as 32 hex digits, fit for headers and free of personal data; see :func:`key_token`."""
        return key_token(self.key)

    def get(self, field: str) -> str:
        """A field without white space around it; empty if the message has no such field."""
        return self.fields.get(field, "").strip()


def key_token(key: str) -> str:
    """What a recipient sees of an idempotency key: the same 32 hex digits for every attempt, and nothing personal."""
    return stable_id("delivery", key)


def render(row: Mapping[str, object], templates: Templates, decided: int) -> Message:
    """The message of a delivery row (its columns stand in ``core/facts.py``).

    Templates see the parts of the content (``profile``, ``event`` …), and ``journey`` (id, version, run, activity).

    Raises:
        DeliveryError: there is no template for it, or it fails on these values (permanent).
    """
    place = (str(row["journey"]), int(str(row["version"])), str(row["activity"]))
    sources = templates.get(place)
    if sources is None:
        raise DeliveryError(
            f"there is no template for activity {place[2]!r} of journey {place[0]!r}, version {place[1]}",
            permanent=True,
            code="no-template",
        )
    if sources is WRITTEN:
        return _written(row, decided)
    names = ("id", "version", "run", "activity")
    journey = dict(zip(names, (*place[:2], row["run"], place[2]), strict=True))
    values = {**_content(row), "journey": journey}
    return Message(str(row["key"]), decided, render_fields(_of_channel(sources, str(row["channel"])), values, decided))


def _written(row: Mapping[str, object], decided: int) -> Message:
    content = _content(row)
    try:
        fields = msgspec.convert(content["fields"], dict[str, str])
        found = msgspec.convert(content.get("attachments", []), Sequence[dict[str, str]])
        attached = (
            Attachment(each["name"], each["media_type"], binascii.a2b_base64(each["content"])) for each in found
        )
        return Message(str(row["key"]), decided, fields, attachments=tuple(attached))
    except (KeyError, msgspec.ValidationError, binascii.Error) as error:
        raise DeliveryError(
            f"the content is no written message: {error}", permanent=True, code="bad-content"
        ) from error


def _of_channel(sources: Mapping[str, str], channel: str) -> Mapping[str, str]:
    """The templates of a message; of an activity with several channels (``channel`` is empty) those of this one."""
    if sources.get("channel") != "":
        return sources
    start = f"{channel}."
    return {name.removeprefix(start): source for name, source in sources.items() if name.startswith(start)}


def render_fields(sources: Mapping[str, str], values: Mapping[str, object], decided: int) -> dict[str, str]:
    """The rendered templates of one message; also for looking at a message before it is sent.

    Raises:
        DeliveryError: a template fails on these values (permanent).
    """
    return {
        field: parse_template(source, html=field in HTML_FIELDS).render(values, decided)
        for field, source in sources.items()
        if field != "channel"
    }


def _content(row: Mapping[str, object]) -> dict[str, object]:
    try:
        content = msgspec.json.decode(str(row["content"]), type=dict[str, object])
    except msgspec.DecodeError as error:
        raise DeliveryError(f"the content is no JSON object: {error}", permanent=True, code="bad-content") from error
    return {name: value if value is not None else {} for name, value in content.items()}
