"""``juqu projection`` and ``juqu parked``: proving and rebuilding read models, and what stands aside."""
