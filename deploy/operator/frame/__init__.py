"""What every command needs: the system it speaks to, its words, its errors, its tables."""
