"""A rule as a sentence, in English and French.

``writer`` says conditions, ``values`` what stands in them, ``times`` windows and lengths of time; the words are in
``english``, ``french`` and ``functions``.
"""
