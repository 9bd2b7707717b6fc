"""What every stage knows: errors, types, facts, time. No language, no storage."""
