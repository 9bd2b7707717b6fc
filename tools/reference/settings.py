"""Settings, from the model that reads them: every field holds its own prose."""

from __future__ import annotations

from parcours.core.settings import Settings

INTRODUCTION = """\
# Settings

Read from `parcours.toml` in the workspace folder and from environment variables; the environment wins. A setting inside
another is written with two underscores: `PARCOURS_CHANNELS__EMAIL__PASSWORD`.
"""


def page() -> str:
    prefix = str(Settings.model_config.get("env_prefix", "")).upper()
    lines = [INTRODUCTION, "| setting | environment | default | meaning |", "|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "(none)" if field.is_required() else f"`{field.get_default(call_default_factory=True)!r}`"
        lines.append(f"| `{name}` | `{prefix}{name.upper()}` | {default} | {field.description or ''} |")
    return "\n".join(lines)
