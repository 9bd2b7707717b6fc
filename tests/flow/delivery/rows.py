"""Delivery rows and templates for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from parcours.core.facts import DELIVERY_COLUMNS
from parcours.flow.delivery.channels import open_channel
from parcours.flow.delivery.channels.base import Channel
from parcours.flow.delivery.templates import Templates

SENDER = "Shop <shop@example.org>"
TEMPLATE = {
    "channel": "email",
    "to": "{{ profile.email }}",
    "subject": "Hi {{ profile.name }}",
    "body": "Dear {{ profile.name }}, thanks for {{ event.total }}.",
    "html": "<p>Dear {{ profile.name }}</p>",
}
TEMPLATES: Templates = {("win", 1, "offer"): TEMPLATE}


def deliveries(*people: Mapping[str, Any], channel: str = "email", decided: int = 0) -> pl.DataFrame:
    """One delivery per person; a person is the ``profile`` part of the content."""
    rows = [
        {
            "key": f"win/1/P{index}/offer/1",
            "channel": channel,
            "journey": "win",
            "version": 1,
            "run": f"win/1/P{index}",
            "activity": "offer",
            "_profile": index,
            "decided": decided,
            "content": json.dumps({"profile": person, "event": {"total": 12.5}}),
        }
        for index, person in enumerate(people)
    ]
    frame = pl.DataFrame(rows, schema={**DELIVERY_COLUMNS, "decided": pl.Int64})
    return frame.cast({"decided": DELIVERY_COLUMNS["decided"]})


def people(count: int) -> list[dict[str, str]]:
    return [{"email": f"p{index}@example.org", "name": f"Ann {index}"} for index in range(count)]


def smtp(port: int, **settings: object) -> Channel:
    return open_channel(
        {
            "type": "smtp",
            "host": "127.0.0.1",
            "port": port,
            "security": "none",
            "sender": SENDER,
            "timeout": 5,
            **settings,
        }
    )
