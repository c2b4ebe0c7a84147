"""The notice, requirement by requirement, and what shows that each is met: ``docs/programme.md``."""
