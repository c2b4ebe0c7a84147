"""Who asks: tokens, the issuer's keys, claims, and which roles a route wants."""
