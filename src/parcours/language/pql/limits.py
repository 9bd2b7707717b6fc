"""How large a query may be. Every limit has an error of its own, so that no text can hang or exhaust the process."""

#: Characters of a text.
MAX_LENGTH = 20_000
#: Levels of parts inside parts, in the text and in the syntax tree.
MAX_DEPTH = 64
#: Elements of an array, arguments of a function, steps of a chain.
MAX_ITEMS = 1_000
#: Nodes of the typed tree, after each use of a ``let`` name has been replaced by its value.
MAX_NODES = 20_000
#: Problems that are reported: what fits on a screen.
MAX_PROBLEMS = 20
