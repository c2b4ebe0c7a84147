"""A case's story: what happened, who did it, under which clause, when it took effect and when it was recorded."""
