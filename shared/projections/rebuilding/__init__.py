"""A read model made anew beside the live one, and put in its place."""
