"""Migrations of the catalogue (Alembic). They run by themselves when a catalogue is opened."""
