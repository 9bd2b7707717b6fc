"""The same contact twice: found by search strings, decided on, and merged (contact-segments.md, 2.1).

``strings`` keeps parts of fields, ``hits`` finds pairs that have many in common, ``merging`` makes one contact of two.
"""
