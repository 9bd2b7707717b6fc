"""Tests that a folder of definitions brings along: what happened, and who has to be where then."""
