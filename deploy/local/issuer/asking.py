"""What a client asks for at ``/authorize``: reading it, and the answers to what cannot be granted.

OpenID Connect Core 1.0, section 3.1.2; PKCE is RFC 7636, the issuer's name in the answer RFC 9207.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from deploy.local.issuer.settings import Registration

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
"""A SHA-256 in base64url."""

Parameters = Sequence[tuple[str, str]]


class Unanswerable(Exception):
    """A request whose client or address is not known: nobody is sent anywhere, and a page says why."""

    def __init__(self, message_zh: str, message_en: str) -> None:
        super().__init__(message_en)
        self.message_zh = message_zh
        self.message_en = message_en


class Denied(Exception):
    """A request that its client is told about by an error code."""

    def __init__(self, error: str, why: str, state: str) -> None:
        super().__init__(why)
        self.error = error
        self.why = why
        self.state = state


@dataclass(frozen=True, slots=True)
class AskedSignIn:
    """A request that can be granted: ``challenge`` is what the verifier is checked against."""

    returns_to: str
    challenge: str
    state: str
    nonce: str


def read_asked(parameters: Parameters, client: Registration) -> AskedSignIn:
    """Read a request; raises ``Unanswerable`` and ``Denied``."""
    given = dict(parameters)
    names = [name for name, _ in parameters]
    if names.count("client_id") != 1 or given["client_id"] != client.client_id:
        raise Unanswerable("发起登录的应用未经登记", "The application is not registered here")
    if names.count("redirect_uri") != 1 or given["redirect_uri"] != client.returns_to:
        raise Unanswerable("登录后返回的地址未经登记", "The address to return to is not registered here")
    state = given.get("state", "")
    for error, why, holds in _checks(given, repeated=len(names) != len(given)):
        if not holds:
            raise Denied(error, why, state)
    return AskedSignIn(client.returns_to, given["code_challenge"], state, given.get("nonce", ""))


def _checks(given: Mapping[str, str], *, repeated: bool) -> tuple[tuple[str, str, bool], ...]:
    """Error code, why, and whether it holds."""
    asked = given.get
    return (
        ("invalid_request", "a parameter stands twice", not repeated),
        ("request_not_supported", "parameters stand in the query", "request" not in given),
        ("request_uri_not_supported", "parameters stand in the query", "request_uri" not in given),
        ("unsupported_response_type", "response_type is code", asked("response_type") == "code"),
        ("invalid_request", "response_mode is query", asked("response_mode", "query") == "query"),
        ("invalid_scope", "scope contains openid", "openid" in asked("scope", "").split()),
        ("invalid_request", "code_challenge_method is S256", asked("code_challenge_method") == "S256"),
        ("invalid_request", "code_challenge is a SHA-256", bool(_CHALLENGE.fullmatch(asked("code_challenge", "")))),
        ("login_required", "nobody is remembered here", "none" not in asked("prompt", "").split()),
    )


def answer_address(returns_to: str, **answer: str) -> str:
    """Where the browser goes with an answer; what is empty is left out."""
    told = urlencode({name: text for name, text in answer.items() if text})
    return f"{returns_to}?{told}" if told else returns_to


__all__ = ["AskedSignIn", "Denied", "Parameters", "Unanswerable", "answer_address", "read_asked"]
