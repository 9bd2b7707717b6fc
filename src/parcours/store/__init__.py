"""What lasts: the log (DuckDB), the catalogue (SQL), snapshots."""
