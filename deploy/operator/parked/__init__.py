"""``juqu parked``: events that a follower could not take in, and letting their streams go on."""
