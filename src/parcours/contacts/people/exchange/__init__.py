"""Contacts from files and into files: CSV with a mapping of columns, and vCard.

``csv_files`` and ``vcards`` read records and write them; ``mapping`` says which column is which field; ``reading``
makes values of texts; ``importing`` puts records in; ``exporting`` takes contacts out.
"""
