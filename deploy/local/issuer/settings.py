"""What the environment tells the demonstration's issuer, and the one client it knows: the portal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from shared.service.settings import DEVELOPMENT, SettingError

PORTAL = "portal"
"""The portal's client id."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A client: its secret, and its addresses. Each is compared letter by letter."""

    client_id: str
    secret: str
    home: str
    returns_to: str
    told_of_sign_out: str


@dataclass(frozen=True, slots=True)
class IssuerSettings:
    """``url`` is its own, as browsers and the portal reach it, without a slash at the end."""

    url: str
    host: str
    port: int
    keys_dir: Path
    log_level: str
    portal: Registration


def read_issuer_settings(environment: Mapping[str, str]) -> IssuerSettings:
    """The settings; raises ``SettingError`` naming the variable."""
    if environment.get("JUQU_OIDC_ISSUER") != DEVELOPMENT:
        raise SettingError(f"JUQU_OIDC_ISSUER is not '{DEVELOPMENT}': nobody takes this issuer's tokens elsewhere")
    port = _required(environment, "JUQU_PORT")
    if not (port.isascii() and port.isdecimal()):
        raise SettingError(f"JUQU_PORT is {port!r}; it takes a number")
    portal = _url(environment, "JUQU_PORTAL_URL")
    return IssuerSettings(
        url=_url(environment, "JUQU_ISSUER_URL"),
        host=environment.get("JUQU_HOST", "127.0.0.1"),
        port=int(port),
        keys_dir=Path(_required(environment, "JUQU_KEYS_DIR")),
        log_level=environment.get("JUQU_LOG_LEVEL", "info"),
        portal=Registration(
            client_id=PORTAL,
            secret=_required(environment, "JUQU_PORTAL_CLIENT_SECRET"),
            home=f"{portal}/",
            returns_to=f"{portal}/sign-in/return",
            told_of_sign_out=f"{portal}/sign-out/back-channel",
        ),
    )


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise SettingError(f"{name} is not set; `juqu up` sets it")
    return value


def _url(environment: Mapping[str, str], name: str) -> str:
    url = _required(environment, name).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise SettingError(f"{name} is {url!r}; it takes http://... or https://...")
    return url


__all__ = ["PORTAL", "IssuerSettings", "Registration", "read_issuer_settings"]
