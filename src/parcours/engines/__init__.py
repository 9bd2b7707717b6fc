"""Engines: what runs the tick. The tick itself is the same on each."""
