"""What the issuer says it can do (OpenID Connect Discovery 1.0)."""

from __future__ import annotations

from typing import Any


def configuration(url: str) -> dict[str, Any]:
    """The document at ``/.well-known/openid-configuration``. Its one key is an Ed25519 key, so it has no RS256."""
    return {
        "issuer": url,
        "authorization_endpoint": f"{url}/authorize",
        "token_endpoint": f"{url}/token",
        "jwks_uri": f"{url}/jwks",
        "end_session_endpoint": f"{url}/end_session",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "scopes_supported": ["openid"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": ["sub", "name", "office", "roles", "sid", "auth_time", "nonce"],
        "ui_locales_supported": ["zh-CN", "en"],
        "prompt_values_supported": ["none", "login", "select_account"],
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
    }


__all__ = ["configuration"]
