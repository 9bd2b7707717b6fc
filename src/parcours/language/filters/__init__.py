"""Filter expressions, as the CRM side and its users write them: ``10..20|>50``, ``@*co*``, ``<>''``, ``-CM..today``.

``parse`` reads the form, ``read`` gives its typed tree for a field of some type, ``dates`` and ``formulas`` know days,
``rules`` reads filters of several attributes as one rule, ``print`` writes them again. contact-segments.md, section 13.
"""
