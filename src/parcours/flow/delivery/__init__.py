"""Delivery: an outbox hands messages to channels, again and again until it is known what became of them."""
