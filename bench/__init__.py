"""What juqu does in a second, beside the raw limits of its servers and beside its peers, in one run.

See docs/benchmarks.md.
"""
