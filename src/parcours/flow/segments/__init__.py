"""Definitions of segments, who is a member, and when that changed."""
