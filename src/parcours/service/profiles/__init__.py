"""``workspace.profiles``: people. Found, looked at, told about, forgotten."""

from parcours.service.profiles.cards import Card
from parcours.service.profiles.profiles import Profiles
from parcours.service.profiles.timeline import Happening, Timeline

__all__ = ["Card", "Happening", "Profiles", "Timeline"]
