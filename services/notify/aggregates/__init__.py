"""What notify keeps in streams of its own. Each is pure and reads in one order: commands, state, evolve, decide."""
