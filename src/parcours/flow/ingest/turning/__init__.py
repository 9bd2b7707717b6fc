"""From calls to typed rows: what clients said, many requests at once, in the columns of the workspace.

``portion`` reads records, ``turn`` puts it together, ``events`` and ``people`` say what a call becomes, ``kinds`` finds
types and makes columns, ``names`` says what things are called, ``rules`` what is enforced, and ``letters`` what is kept
of a call that is not taken in.
"""
