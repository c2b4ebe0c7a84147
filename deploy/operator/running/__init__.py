"""``juqu up``, ``demo``, ``clock``, ``token`` and ``documents``."""
