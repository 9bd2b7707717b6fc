"""The rule tree: rules as plain data in YAML and JSON, which the visual builder edits, too.

``parse`` reads it, ``print`` writes it, ``json_schema`` describes it; docs/reference/rule-tree.md tells it to people.
"""
