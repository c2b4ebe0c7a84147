"""Single values and their rules: texts, addresses, numbers, codes, offices."""
