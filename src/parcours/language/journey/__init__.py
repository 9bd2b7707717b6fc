"""The place of the journey expression language. Nothing is built here yet."""
