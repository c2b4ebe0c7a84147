"""The demonstration's own OpenID Connect provider: anybody signs in as anybody. Never for production."""
