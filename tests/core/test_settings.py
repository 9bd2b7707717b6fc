"""Settings: the file, the environment above it, and mistakes in either."""

from __future__ import annotations

from pathlib import Path

import pytest

from parcours.core.errors import WorkspaceError
from parcours.core.settings import Settings, read_settings


def read(folder: Path, text: str) -> Settings:
    (folder / "parcours.toml").write_text(text)
    return read_settings(folder / "parcours.toml")


def test_without_settings_everything_has_a_default(tmp_path: Path) -> None:
    found = read(tmp_path, "")
    assert (found.zone, found.tick_seconds, found.catalogue, found.channels) == ("UTC", 1.0, "", {})


def test_the_environment_wins_also_inside_a_channel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'zone = "Europe/Paris"\n[channels.email]\ntype = "smtp"\npassword = "from the file"\n'
    monkeypatch.setenv("PARCOURS_ZONE", "Asia/Tokyo")
    monkeypatch.setenv("PARCOURS_CHANNELS__EMAIL__PASSWORD", "secret")
    found = read(tmp_path, text)
    assert found.zone == "Asia/Tokyo"
    assert found.channels == {"email": {"type": "smtp", "password": "secret"}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("zoen = 1", "no setting 'zoen'"),
        ('zone = "Mars/Base"', "not a time zone"),
        ("tick_seconds = 2", "tick_seconds"),
        ("tick_seconds = 'x'", "tick_seconds"),
        ("[channels]\nemail = 3", "channels.email"),
        ("zone = ", "not TOML"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(WorkspaceError, match=said) as caught:
        read(tmp_path, text)
    assert caught.value.code == "bad-settings"
    assert caught.value.where == str(tmp_path / "parcours.toml")


def test_a_file_that_is_missing_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="cannot be read"):
        read_settings(tmp_path / "parcours.toml")
    (tmp_path / "parcours.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(WorkspaceError, match="cannot be read"):
        read_settings(tmp_path / "parcours.toml")


def test_every_setting_says_what_it_is() -> None:
    assert all((field.description or "").endswith(".") for field in Settings.model_fields.values())
