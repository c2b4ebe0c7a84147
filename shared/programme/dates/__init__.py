"""Days: the calendar, terms, and which dates an act may bear."""
