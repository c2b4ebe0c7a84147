"""What ``juqu up`` is told by its environment: each setting of a process is passed on, or refused with a sentence.

``docs/operations.md`` lists the settings. Those of servers (``JUQU_DATABASE_URL``, ``JUQU_REDIS_URL``,
``JUQU_KEYS_URL``) are the stack's, which gives each process its own login.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local.ports import is_free
from deploy.local.stack import Clock, remembered_clock
from services.notary.settings import read_notary_settings
from services.notify.settings import read_notify_settings
from services.relay.app import read_pace
from shared.privacy.opening import read_lease
from shared.service.limits.strangers import read_rates
from shared.service.settings import DEVELOPMENT, SettingError, read_settings

OF_THE_STACK = frozenset({"JUQU_DATABASE_URL", "JUQU_REDIS_URL", "JUQU_KEYS_URL"})
OF_THE_COMMAND_LINE = frozenset({"JUQU_STATE_DIR", "JUQU_SERVICE", "JUQU_TOKEN", "JUQU_NOTIFY_URL"})
OF_THE_TOOLS = ("JUQU_TEST_SERVERS", "JUQU_PYTHON")


def settings_given(environment: Mapping[str, str]) -> dict[str, str]:
    """The settings to pass on to every process, those that are empty left out; raises ``SettingError`` for one that a
    process would not take, and for one that cannot be the same for all."""
    passed_over = OF_THE_STACK | OF_THE_COMMAND_LINE | {*OF_THE_TOOLS}
    given = {
        name: value
        for name, value in environment.items()
        if name.startswith("JUQU_") and value and name not in passed_over
    }
    if "JUQU_PORT" in given:
        raise SettingError("JUQU_PORT is one port, and each process has its own: 8100 to 8105")
    _check(given)
    return given


def clock_given(state: Path, given: Mapping[str, str]) -> Clock:
    """The clock to run with, ``JUQU_CLOCK`` or what a state folder was run with before; raises ``SettingError`` where
    these differ."""
    told = given.get("JUQU_CLOCK", "")
    clock: Clock = "driven" if told == "driven" else "system" if told else remembered_clock(state)
    if (state / "clock").exists() and clock != remembered_clock(state):
        raise SettingError(
            f"JUQU_CLOCK is {clock!r}, and {state} was run with the other clock: its times would not fit"
        )
    return clock


def _check(given: dict[str, str]) -> None:
    servers = {"JUQU_DATABASE_URL": "postgresql:", "JUQU_REDIS_URL": "redis:", "JUQU_OIDC_ISSUER": DEVELOPMENT}
    settings = read_settings("check", servers | given)
    read_rates(given)
    read_notify_settings(given)
    read_pace(settings)
    read_notary_settings(settings)
    try:
        read_lease(given)
    except ValueError as error:
        raise SettingError(str(error)) from None
    if urlsplit(settings.documents_url).scheme not in {"file", "s3"}:
        raise SettingError("JUQU_DOCUMENTS_URL takes file:///folder or s3://bucket/prefix")
    try:
        is_free(0, settings.host)
    except OSError as error:
        raise SettingError(f"JUQU_HOST is {settings.host!r}, which is no address of this machine: {error}") from None
