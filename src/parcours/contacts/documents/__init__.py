"""Letters, labels and cover sheets: templates filled in per contact, and PDF (contact-segments.md, 15.3).

What reads and writes documents is an extra (``pip install 'parcours[documents]'``), imported only where it is used.
"""
