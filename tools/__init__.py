"""What builds and documents the house; no part of the product."""
