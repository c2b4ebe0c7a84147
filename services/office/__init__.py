"""Office: who of an office acts for whom, the letters of the public, and feedback in five levels."""
