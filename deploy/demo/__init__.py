"""The demonstration: five fictitious districts and an old code, from filing to their fate, over the public APIs."""
