"""Cases as data, run on every engine: ``python -m tests.conformance KIND FILE…``."""
