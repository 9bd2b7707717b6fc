"""The journey expression language: texts of the advanced editor (docs: expression-language.md).

``parse`` says what a text holds, ``read`` gives its typed tree, ``print`` writes a tree as text, ``layout`` formats.
"""
