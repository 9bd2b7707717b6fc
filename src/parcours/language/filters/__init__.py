"""Filter expressions, as the CRM side and its users write them: ``10..20|>50``, ``@*co*``, ``<>''``, ``-CM..today``.

``parse`` reads the form, ``lower`` gives it meaning for a field of some type, ``dates`` and ``formulas`` know days,
``read`` makes typed rules of it, ``print`` writes them again. contact-segments.md, section 13.
"""
