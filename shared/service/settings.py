"""What the environment tells a process. Read once, in the composition root."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

DEVELOPMENT = "development"
"""The value of ``JUQU_OIDC_ISSUER`` with which our own issuer is trusted."""

Proxies = tuple[IPv4Network | IPv6Network, ...]


class SettingError(Exception):
    """A variable is missing or cannot be read; the message names it and says what it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one process.

    ``database_url`` is the process's own role's (``postgresql://...``); ``keys_dir`` holds the development issuer's and
    the seals' keys; ``documents_url`` is a folder (a ``file:`` URL) or ``s3://bucket/prefix``; ``issuer`` is the URL of
    an OIDC issuer, or ``development`` for our own; ``clock`` is ``system`` or ``driven``. ``proxies`` are
    believed when they say whom a request is from; ``connections`` are held at a time, so many of one client.
    """

    service: str
    database_url: str
    redis_url: str
    host: str
    port: int
    state_dir: Path
    keys_dir: Path
    documents_url: str
    clock: str
    issuer: str
    audience: str
    log_level: str
    environment: Mapping[str, str]
    proxies: Proxies = ()
    connections: int = 1024
    connections_per_client: int = 256


def read_switch(environment: Mapping[str, str], name: str) -> bool:
    """Whether a variable is 1; not set, empty or 0 it is off. Raises ``SettingError`` for anything else."""
    value = environment.get(name, "")
    if value not in {"", "0", "1"}:
        raise SettingError(f"{name} takes 1 or 0")
    return value == "1"


def read_settings(service: str, environment: Mapping[str, str]) -> Settings:
    """The settings of a service from its environment; raises ``SettingError`` naming the variable."""

    def required(name: str) -> str:
        value = environment.get(name, "")
        if not value:
            raise SettingError(f"{name} is not set; `juqu up` sets it, or name your own server")
        return value

    clock = environment.get("JUQU_CLOCK", "system")
    if clock not in {"system", "driven"}:
        raise SettingError(f"JUQU_CLOCK is {clock!r}; it takes 'system' or 'driven'")
    try:
        port = int(environment.get("JUQU_PORT", "0"))
    except ValueError:
        raise SettingError(f"JUQU_PORT is {environment['JUQU_PORT']!r}; it takes a number") from None
    state_dir = Path(environment.get("JUQU_STATE_DIR", ".juqu")).absolute()
    return Settings(
        service=service,
        database_url=required("JUQU_DATABASE_URL"),
        redis_url=required("JUQU_REDIS_URL"),
        host=environment.get("JUQU_HOST", "127.0.0.1"),
        port=port,
        state_dir=state_dir,
        keys_dir=Path(environment.get("JUQU_KEYS_DIR", state_dir / "keys")),
        documents_url=environment.get("JUQU_DOCUMENTS_URL", (state_dir / "documents").as_uri()),
        clock=clock,
        issuer=_issuer(environment.get("JUQU_OIDC_ISSUER", "")),
        audience=environment.get("JUQU_OIDC_AUDIENCE", "juqu"),
        log_level=_log_level(environment.get("JUQU_LOG_LEVEL", "info")),
        environment=environment,
        proxies=_proxies(environment.get("JUQU_TRUSTED_PROXIES", "")),
        connections=_count(environment, "JUQU_CONNECTIONS", 1024),
        connections_per_client=_count(environment, "JUQU_CONNECTIONS_PER_CLIENT", 256),
    )


def _log_level(text: str) -> str:
    if text.upper() not in logging.getLevelNamesMapping():
        raise SettingError(f"JUQU_LOG_LEVEL is {text!r}; it takes debug, info, warning or error")
    return text


def _issuer(text: str) -> str:
    """Whose tokens are trusted: nobody's by default."""
    if text == DEVELOPMENT:
        return text
    takes = f"it takes the URL of an OpenID Connect issuer, or '{DEVELOPMENT}' for the issuer of `juqu token`"
    if not text:
        raise SettingError(f"JUQU_OIDC_ISSUER is not set; {takes}")
    try:
        url = urlsplit(text)
        host = url.hostname
    except ValueError:
        raise SettingError(f"JUQU_OIDC_ISSUER cannot be read; {takes}") from None
    if url.scheme not in {"http", "https"} or not host:
        raise SettingError(f"JUQU_OIDC_ISSUER is {text!r}; {takes}")
    return text


def _proxies(text: str) -> Proxies:
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise SettingError(
            f"JUQU_TRUSTED_PROXIES takes addresses and networks, as 10.0.0.7,10.1.0.0/16: {error}"
        ) from None


def _count(environment: Mapping[str, str], name: str, otherwise: int) -> int:
    text = environment.get(name, "") or str(otherwise)
    if not (text.isascii() and text.isdecimal() and int(text[:9]) > 0):
        raise SettingError(f"{name} is {text!r}; it takes a number above 0")
    return int(text[:9])
