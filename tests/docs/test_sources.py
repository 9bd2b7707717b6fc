"""The settings of sources that the pages show are settings of sources."""

from __future__ import annotations

import pytest
import yaml

from parcours.flow.ingest.connectors import CONNECTORS, settings_of
from tests.docs.pages import DOCS, Block, blocks

SHOWN = [
    (kind, block)
    for kind, name in (("kafka", "kafka"), ("nats", "nats"), ("postgres", "postgresql"))
    for block in blocks(DOCS / "how-to" / f"read-from-{name}.md", "yaml")
]


@pytest.mark.parametrize(("kind", "block"), SHOWN, ids=str)
def test_settings_are_accepted(kind: str, block: Block) -> None:
    assert settings_of(kind, yaml.safe_load(block.text))


def test_every_kind_has_a_page_with_settings() -> None:
    assert {kind for kind, _ in SHOWN} == set(CONNECTORS)
