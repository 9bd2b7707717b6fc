"""The CRM of a workspace: contacts, worksheets, interactions, campaigns, opportunities (``crm.py``).

The facades are thin: each method opens a desk (``desks.py``), does one operation of :mod:`parcours.contacts`, and gives
a plain result: a dictionary for one thing, a frame for many, a dataclass for what an operation did.
"""
