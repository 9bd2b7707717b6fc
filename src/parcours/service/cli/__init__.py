"""The command line: a module per group of commands, thin over the workspace."""
