"""Contacts and what hangs on them (contact-segments.md, sections 2 and 19).

``cards`` make, change and move contacts, ``removal`` deletes them; ``attributes``, ``relations``, ``addresses`` and
``notes`` hang things on them; ``figures`` counts; ``questionnaires`` asks and classifies; ``duplicates`` finds and
merges; ``exchange`` reads and writes files; ``loading`` takes in rows in bulk. An operation is a function of a desk.
"""
