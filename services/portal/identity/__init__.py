"""Who is signed in: the identity provider, attempts to sign in, sessions, and what of it is stored sealed."""
