"""The how-to on calls: its definitions are accepted, and its channels and settings can be used."""

from __future__ import annotations

import tomllib

import msgspec
import pytest
import yaml

from parcours.flow.delivery.channels import open_channel
from parcours.flow.delivery.configured import problems_in
from parcours.flow.delivery.outside import OutsideSettings
from tests.docs.pages import DOCS, Block, blocks

PAGE = DOCS / "how-to/call-other-services.md"


@pytest.mark.parametrize("block", [*blocks(PAGE, "yaml")], ids=str)
def test_definitions_are_accepted(block: Block) -> None:
    assert problems_in(yaml.safe_load(block.text)) == []


@pytest.mark.parametrize("block", [*blocks(PAGE, "toml")], ids=str)
def test_settings_are_accepted(block: Block) -> None:
    content = tomllib.loads(block.text)
    for settings in content.get("channels", {}).values():
        open_channel(settings)
    msgspec.convert(content.get("outgoing", {}), OutsideSettings, strict=False)
