"""Parcours: audience segments and customer journeys."""
