"""The place of contacts and worksheets. Nothing is built here yet."""
