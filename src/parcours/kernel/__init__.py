"""From the typed tree to columns: streams, windows, aggregates and features kept incrementally.

Works on arrays of profiles and knows no storage: history and batches are handed in, changed profiles are
handed out.
"""
