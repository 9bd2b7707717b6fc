"""The place of the REST API. Nothing is built here yet."""
