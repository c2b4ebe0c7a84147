"""What everybody is told: the letters to one's office, a case's notices and whether they arrived, what one wants."""
