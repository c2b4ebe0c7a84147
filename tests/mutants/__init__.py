"""Small random changes to the pure rooms, and whether the rooms' own tests notice them (``make mutants``)."""
