"""``workspace.letters``: what was not taken in, to be looked at, mended and sent again."""

from parcours.service.letters.letters import Letters

__all__ = ["Letters"]
