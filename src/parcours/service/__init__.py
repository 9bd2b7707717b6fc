"""The workspace and what is thin over it. Read wiring.py first."""
