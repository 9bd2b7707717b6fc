"""The world of the mixed rules: its profiles, its rules in four languages, and the same questions for the peers."""
