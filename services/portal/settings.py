"""What the portal is told by its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from shared.service.settings import DEVELOPMENT, SettingError, Settings

CALLED = ("intake", "review", "lifecycle", "notify", "office", "notary", "relay")
"""The processes that the portal asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalSettings:
    """``url`` is the portal's address as browsers know it, without a slash at the end. ``services`` are the
    addresses of the other processes by name. A session ends ``idle`` seconds after its last request, ``absolute``
    seconds after its beginning."""

    url: str
    issuer: str
    client_id: str
    client_secret: str
    services: Mapping[str, str]
    idle: float = 30 * 60.0
    absolute: float = 10 * 3600.0


def read_portal_settings(settings: Settings) -> PortalSettings:
    """From ``JUQU_PORTAL_URL``, ``JUQU_OIDC_ISSUER`` (a URL: people sign in there), ``JUQU_PORTAL_CLIENT_ID`` (portal),
    ``JUQU_PORTAL_CLIENT_SECRET``, ``JUQU_INTAKE_URL`` and so on, ``JUQU_PORTAL_IDLE`` (30) and ``JUQU_PORTAL_ABSOLUTE``
    (600, both in minutes). Raises ``SettingError``."""
    environment = settings.environment
    if settings.issuer == DEVELOPMENT:
        raise SettingError(
            "JUQU_OIDC_ISSUER is 'development'; people sign in to the portal at an OpenID Connect issuer, "
            "so the portal takes its URL (`juqu up` starts one for trying)"
        )
    return PortalSettings(
        url=_address(environment, "JUQU_PORTAL_URL"),
        issuer=settings.issuer.rstrip("/"),
        client_id=environment.get("JUQU_PORTAL_CLIENT_ID") or "portal",
        client_secret=_required(environment, "JUQU_PORTAL_CLIENT_SECRET"),
        services={name: _address(environment, f"JUQU_{name.upper()}_URL") for name in CALLED},
        idle=_minutes(environment, "JUQU_PORTAL_IDLE", 30),
        absolute=_minutes(environment, "JUQU_PORTAL_ABSOLUTE", 600),
    )


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise SettingError(f"{name} is not set; `juqu up` sets it")
    return value


def _address(environment: Mapping[str, str], name: str) -> str:
    value = _required(environment, name).rstrip("/")
    try:
        url = urlsplit(value)
        known = url.scheme in {"http", "https"} and bool(url.hostname) and not (url.query or url.fragment)
    except ValueError:
        known = False
    if not known:
        raise SettingError(f"{name} is {value!r}; it takes a URL, as https://portal.example.cn")
    return value


def _minutes(environment: Mapping[str, str], name: str, otherwise: int) -> float:
    text = environment.get(name, "") or str(otherwise)
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:6]) <= 100_000):
        raise SettingError(f"{name} is {text!r}; it takes a number of minutes above 0")
    return int(text) * 60.0


__all__ = ["CALLED", "PortalSettings", "read_portal_settings"]
