"""The desk: what to do now, what it waits for, and which last days are near."""
