"""One workspace, many hands: a workspace that another process holds, used as if it were here (decision 026).

:mod:`.wire` says how values travel, :mod:`.shapes` which classes may, :mod:`.answering` answers calls where the
workspace is, :mod:`.workspace` makes them where it is not.
"""
