"""Rules: one typed tree, the functions it may call, its meaning, and the languages it is written in.

Pure: no I/O, no clock (the time of evaluation is an argument).
"""
