"""The functions and operators of every rule: one declaration each, by family, read by all who need to know."""
