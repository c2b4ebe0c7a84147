"""What ``juqu up`` is told by its environment: each setting of a process is passed on, or refused with a sentence.

``docs/operations.md`` lists the settings. Those of servers (``JUQU_DATABASE_URL``, ``JUQU_REDIS_URL``,
``JUQU_KEYS_URL``) are the stack's, which gives each process its own login.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local.peers import signing
from deploy.local.ports import is_free
from deploy.local.stack import Clock, remembered_clock
from services.notary.settings import read_notary_settings
from services.notify.channels.mail.settings import check_signers
from services.notify.settings import read_notify_settings
from services.portal.settings import CALLED, read_portal_settings
from services.relay.app import read_pace
from shared.privacy.opening import read_lease
from shared.service.limits.strangers import read_rates
from shared.service.settings import DEVELOPMENT, SettingError, read_settings

OF_THE_STACK = frozenset({"JUQU_DATABASE_URL", "JUQU_REDIS_URL", "JUQU_KEYS_URL"})
_SERVERS = {
    "JUQU_DATABASE_URL": ("postgresql://", "postgres://"),
    "JUQU_KEYS_URL": ("postgresql://", "postgres://"),
    "JUQU_REDIS_URL": ("redis://", "rediss://", "unix://"),
}
_SOMEWHERE = "https://somewhere.invalid"
_OF_THE_PORTAL = {f"JUQU_{name.upper()}_URL": _SOMEWHERE for name in ("portal", *CALLED)} | {
    "JUQU_PORTAL_CLIENT_SECRET": "any"
}
"""What the stack sets where it is not given."""
OF_THE_COMMAND_LINE = frozenset({"JUQU_STATE_DIR", "JUQU_SERVICE", "JUQU_TOKEN", "JUQU_NOTIFY_URL"})
OF_THE_TOOLS = ("JUQU_TEST_SERVERS", "JUQU_PYTHON")


def settings_given(environment: Mapping[str, str]) -> dict[str, str]:
    """The settings to pass on to every process, those that are empty left out; raises ``SettingError`` for one that a
    process would not take, and for one that cannot be the same for all."""
    passed_over = OF_THE_STACK | OF_THE_COMMAND_LINE | {*OF_THE_TOOLS}
    settings = {
        name: value
        for name, value in environment.items()
        if name.startswith("JUQU_") and value and name not in passed_over
    }
    if "JUQU_PORT" in settings:
        raise SettingError("JUQU_PORT is one port, and each process has its own: 8100 to 8108")
    _check(settings)
    return settings


def check_servers(environment: Mapping[str, str]) -> None:
    """Raise ``SettingError`` for the URL of a server that is of another kind than what is asked there."""
    for name, schemes in _SERVERS.items():
        url = environment.get(name, "")
        if url and not url.startswith(schemes):
            raise SettingError(f"{name} takes {' or '.join(schemes)}...")
    try:
        _ = urlsplit(environment.get("JUQU_REDIS_URL", "")).port
    except ValueError as error:
        raise SettingError(f"JUQU_REDIS_URL names a port that there is not: {error}") from None


def clock_given(state: Path, settings: Mapping[str, str]) -> Clock:
    """The clock to run with, ``JUQU_CLOCK`` or what a state folder was run with before; raises ``SettingError`` where
    these differ."""
    name = settings.get("JUQU_CLOCK", "")
    clock: Clock = "driven" if name == "driven" else "system" if name else remembered_clock(state)
    if (state / "clock").exists() and clock != remembered_clock(state):
        raise SettingError(
            f"JUQU_CLOCK is {clock!r}, and {state} was run with the other clock: its times would not fit"
        )
    return clock


def _check(settings: dict[str, str]) -> None:
    servers = {"JUQU_DATABASE_URL": "postgresql:", "JUQU_REDIS_URL": "redis:", "JUQU_OIDC_ISSUER": DEVELOPMENT}
    read = read_settings("check", servers | settings)
    read_rates(settings)
    sender = read_notify_settings(settings).mail_from
    check_signers(signing(settings) | settings, sender.domain)
    read_pace(read)
    read_notary_settings(read)
    read_portal_settings(replace(read, issuer=_SOMEWHERE, environment=_OF_THE_PORTAL | settings))
    try:
        read_lease(settings)
    except ValueError as error:
        raise SettingError(str(error)) from None
    if urlsplit(read.documents_url).scheme not in {"file", "s3"}:
        raise SettingError("JUQU_DOCUMENTS_URL takes a file: URL or s3://bucket/prefix")
    try:
        is_free(0, read.host)
    except OSError as error:
        raise SettingError(f"JUQU_HOST is {read.host!r}, which is no address of this machine: {error}") from None
