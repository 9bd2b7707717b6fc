"""Requests as they came: written down durably before they are answered, taken out by ticks."""
