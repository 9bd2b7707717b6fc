"""Settings of a workspace: ``parcours.toml`` in its folder, and environment variables, which win."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from parcours.core.errors import WorkspaceError


class Settings(BaseSettings):
    """Every setting holds its own prose; docs/reference/settings.md is written from it."""

    model_config = SettingsConfigDict(env_prefix="PARCOURS_", env_nested_delimiter="__", extra="forbid", frozen=True)

    zone: str = Field("UTC", description="Time zone in which reports count days, for example `Europe/Paris`.")
    tick_seconds: float = Field(
        1.0, gt=0, le=1, description="Length of a tick of the live loop (`parcours run`), in seconds, at most one."
    )
    snapshot_minutes: float = Field(
        10.0,
        gt=0,
        description="Minutes of live operation between two snapshots, which make a restart fast.",
    )
    catalogue: str = Field(
        "",
        description="URL of the database with the definitions; empty: `catalogue.sqlite` in the folder.",
    )
    channels: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description='Channels by name. `[channels.email]` with `type = "smtp"`, `host`, `port`, `sender`, `security` '
        "(`starttls`, `tls` or `none`), `username`, `password`; `type` may also be `sms` or `push` (any provider over "
        "HTTP) or `webhook`. Messages of a channel that is not set stay pending.",
    )

    outgoing: dict[str, Any] = Field(
        default_factory=dict,
        description="Calls to other services over HTTP: `hosts` (where they may go, by default everywhere: "
        '`["api.example", "*.example:8443"]`), `internal` (hosts or networks of your own that may be called, by '
        'default none: `["10.0.0.0/8", "localhost:8080"]`), `connections` (open at once, 256), `certificates` (a file '
        "with authorities to trust besides those of the system).",
    )
    secrets: dict[str, SecretStr] = Field(
        default_factory=dict,
        description="Secrets by the names under which definitions and channels use them: `crm_key`. The environment "
        "variable `PARCOURS_SECRET_CRM_KEY` wins.",
    )

    tracking: str = Field(
        "",
        description="Address under which links of messages answer, for example `https://t.example`: links and opens of "
        "HTML messages are then signals that journeys can wait for. Needs the secret `tracking`. Empty: links stay as "
        "they are.",
    )

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (OSError, ValueError, KeyError) as error:
            raise ValueError(f"{zone!r} is not a time zone; write it as Europe/Paris or UTC") from error
        return zone

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment in front of the file, whose content is passed to the constructor."""
        return env_settings, init_settings


def read_settings(path: Path) -> Settings:
    """The settings in a TOML file and the environment.

    Raises:
        WorkspaceError: ``bad-settings``: unreadable, not TOML, an unknown setting or a wrong value.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8"))
        return Settings(**content)
    except (OSError, UnicodeDecodeError) as error:
        raise _bad(path, f"cannot be read: {getattr(error, 'strerror', None) or error}") from error
    except tomllib.TOMLDecodeError as error:
        raise _bad(path, f"is not TOML: {error}") from None
    except ValidationError as error:
        raise _bad(path, "; ".join(_in_words(problem) for problem in error.errors())) from None


def _bad(path: Path, message: str) -> WorkspaceError:
    known = ", ".join(Settings.model_fields)
    return WorkspaceError(message, code="bad-settings", where=str(path), hint=f"settings are: {known}")


def _in_words(problem: Any) -> str:
    place = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"there is no setting {place!r}"
    return f"{place}: {problem['msg'].removeprefix('Value error, ')}"
