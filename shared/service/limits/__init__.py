"""How much is taken: lengths of texts, and what strangers may ask for."""
