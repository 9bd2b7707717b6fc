"""The place of the profile query language. Nothing is built here yet."""
