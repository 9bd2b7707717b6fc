"""The CRM: contacts and everything that is done with them, over tables of the catalogue (contact-segments.md).

From below: ``tables`` (what is stored), ``office`` (transactions, questions, audit, number series, setup), ``people``
(contacts and what hangs on them), ``selection`` (which contacts meet filters), ``interactions``, ``campaigns``,
``opportunities``, ``documents``, and ``worksheets`` (segments that people work by hand).
"""
