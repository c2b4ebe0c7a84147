"""Finding cases: a line of text, and the cases that moved last."""
