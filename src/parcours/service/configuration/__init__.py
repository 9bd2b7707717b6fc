"""Configuration as code: a folder of definitions planned against a workspace, and applied to it."""
