"""Profile questionnaires: what contacts are asked, what they answered, and what is worked out (section 19).

``definitions`` says what is asked, ``structure`` reads it; ``answers`` gives and takes answers by hand, ``giving``
writes them; ``classification`` works answers out from figures (``sources``), ``rating`` from points of other answers.
"""
