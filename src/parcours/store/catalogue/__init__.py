"""The catalogue: definitions with their versions and history, and settings, in SQLite or PostgreSQL."""

from parcours.store.catalogue.catalogue import Catalogue
from parcours.store.catalogue.records import Control, Definition, Head, HistoryEntry, Version
from parcours.store.catalogue.states import Action, State

__all__ = ["Action", "Catalogue", "Control", "Definition", "Head", "HistoryEntry", "State", "Version"]
