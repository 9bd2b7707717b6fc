"""Settings of a workspace: ``parcours.toml`` in its folder, and environment variables, which win."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from parcours.core.errors import WorkspaceError

#: So many in a time: ``120/minute``.
_RATE = r"^[1-9][0-9]*/(second|minute|hour|day)$"


class Intake(BaseModel):
    """How much may come in at once over HTTP."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    body_mb: float = Field(default=4.0, gt=0, le=64)
    waiting_mb: int = Field(default=64, gt=0)
    backlog_mb: int = Field(default=2_000, gt=0)
    seconds: float = Field(default=30.0, gt=0)
    event_types: int = Field(default=2_000, gt=0)
    properties: int = Field(default=1_000, gt=0)
    upload_mb: float = Field(default=500.0, gt=0)


class Access(BaseModel):
    """Under which names the service is reached, and how long people stay signed in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = ""
    hosts: list[str] = Field(default_factory=list)
    session_days: float = Field(default=7.0, gt=0)
    idle_hours: float = Field(default=12.0, gt=0)


class Limits(BaseModel):
    """How often the API may be asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    requests: str = Field(default="12000/minute", pattern=_RATE)
    strangers: str = Field(default="120/minute", pattern=_RATE)
    body_mb: float = Field(default=32.0, gt=0)


class Oidc(BaseModel):
    """An identity provider that people sign in with (OpenID Connect)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: str = ""
    client_id: str = ""
    secret: str = ""
    scopes: str = "openid email profile"
    create: bool = True
    role: Literal["", "viewer", "marketer", "developer", "admin"] = "viewer"
    role_claim: str = ""
    roles: dict[str, Literal["viewer", "marketer", "developer", "admin"]] = Field(default_factory=dict)
    domains: list[str] = Field(default_factory=list)
    trust_email: bool = False


class Settings(BaseSettings):
    """Every setting holds its own prose; docs/reference/settings.md is written from it."""

    model_config = SettingsConfigDict(env_prefix="PARCOURS_", env_nested_delimiter="__", extra="forbid", frozen=True)

    zone: str = Field("UTC", description="Time zone in which reports count days, for example `Europe/Paris`.")
    tick_seconds: float = Field(
        1.0, gt=0, le=1, description="Length of a tick of the live loop (`parcours run`), in seconds, at most one."
    )
    tick_pause: float = Field(
        0.05,
        ge=0,
        le=1,
        description="Seconds between two ticks of the live loop when something waits; it is taken in as soon as that.",
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

    intake: Intake = Field(
        default_factory=Intake,
        description="What may come in over HTTP: `body_mb` (length of a request, unpacked, in megabytes, 4), "
        "`waiting_mb` (requests in memory that wait for the disk, 64), `backlog_mb` (requests on disk that no tick has "
        "taken in yet, 2000), `seconds` (in which a request must have arrived, 30). What is more is refused with a "
        "clear answer. `event_types` (2000) and `properties` (of one event type, and attributes of profiles, 1000): "
        "what there may be at most of requests; what is more becomes dead letters. `upload_mb` (500): length of a file "
        "that is uploaded.",
    )

    access: Access = Field(
        default_factory=Access,
        description="How people reach the service: `url` (its address as browsers see it, for example "
        "`https://parcours.example`, where a web server stands in front of it), `hosts` (further names that requests "
        "may ask for when it listens on this machine only), `session_days` (after which people have to sign in again, "
        "7), `idle_hours` (without a request, after which they have to, 12).",
    )
    limits: Limits = Field(
        default_factory=Limits,
        description="How often the API may be asked: `requests` (of each account or key, `12000/minute`), `strangers` "
        "(of each address without either, sign-ins included, `120/minute`), `body_mb` (length of a request in "
        "megabytes, 32). Ingestion and the local socket are not limited by these.",
    )
    oidc: Oidc = Field(
        default_factory=Oidc,
        description="An identity provider that people sign in with (OpenID Connect): `issuer`, `client_id`, `secret` "
        "(name of the secret of the client; none for a public client), `scopes` (`openid email profile`), `create` "
        "(make an account at the first sign-in, true), `role` (of those, `viewer`), `role_claim` (claim that says the "
        "role, for example `groups` or `realm_access.roles`), `roles` (role by value of that claim; the widest counts; "
        "with neither a match nor `role` nobody gets in), `domains` (of e-mail addresses that may enter, by default "
        "all), `trust_email` (take addresses that the provider does not call verified, false).",
    )

    hook_timeout_seconds: float = Field(
        15.0, gt=0, le=120, description="Seconds that web hooks on entries and exits wait for an answer."
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
