"""What notify keeps in streams of its own; each pure, in one order: commands, state, evolve, decide."""
