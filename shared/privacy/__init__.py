"""Personal data in events: encrypted under a key of each person's own, which erasing the person destroys."""
