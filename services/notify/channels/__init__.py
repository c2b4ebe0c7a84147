"""The ways out: SMTP and SMPP, each saying exactly what it knows of a message that it was given."""
