"""Reading personal data leaves an event: who, of which case, which kinds. ``docs/decisions/0044`` says why so."""
