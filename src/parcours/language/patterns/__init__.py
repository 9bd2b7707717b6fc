"""Java patterns over columns of text, in time linear in the text wherever the pattern allows it."""
