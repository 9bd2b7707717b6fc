"""The place of the filter language of contacts. Nothing is built here yet."""
