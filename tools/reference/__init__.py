"""The generated reference: a module per page, each with ``page() -> str`` (Markdown)."""
