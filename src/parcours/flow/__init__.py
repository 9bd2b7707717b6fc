"""The stages between input and delivery: ingest, segments, journeys, delivery. None imports another."""
