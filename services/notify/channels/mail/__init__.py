"""Mail: its lines, sending it, and what comes back."""
