"""The mail server and the SMS centre that a local system sends to: programs of the stack, and what they received."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local.ports import free_ports
from deploy.local.supervisor import Program

DOMAIN = "juqu.invalid"
"""Where the notices of a local system come from, unless its sender is set."""

MAIL_PROVIDERS = ("JUQU_SMTP_URL",)
SMS_PROVIDERS = ("JUQU_SMPP_URL", "JUQU_ALIYUN_URL", "JUQU_TENCENT_URL")


@dataclass(frozen=True, slots=True)
class Received:
    """What the peers hold: the index lines of mails and short messages, the oldest first."""

    mails: tuple[Mapping[str, object], ...]
    texts: tuple[Mapping[str, object], ...]


class Peers:
    """Local mail and SMS peers in a state folder. ``programs`` go to the stack's ``before``, ``environment`` to notify.

    ``settings`` of notify stand as they are: where they name a provider of mails or of short messages,
    no peer is started for these. Mails are signed, and what the mail server cannot deliver it reports to notify.
    Fictitious addresses may be sent to where they reach these peers and nobody else.
    """

    def __init__(self, state: Path, settings: Mapping[str, str] | None = None) -> None:
        self.mail_port, self.sms_port, self.bounce_port = free_ports(3)
        self.maildir = state.absolute() / "mail"
        self.texts_file = state.absolute() / "sms.jsonl"
        self._logs = state.absolute() / "logs"
        self._own = dict(settings or {})
        self.takes_mails = not _names(self._own, MAIL_PROVIDERS)
        self.takes_texts = not _names(self._own, SMS_PROVIDERS)

    @property
    def programs(self) -> tuple[Program, ...]:
        """The peers."""
        mail = ("--port", str(self.mail_port), "--maildir", str(self.maildir), *self._reports())
        sms = ("--port", str(self.sms_port), "--file", str(self.texts_file))
        return (
            *((self._program("mail_peer", mail),) if self.takes_mails else ()),
            *((self._program("sms_peer", sms),) if self.takes_texts else ()),
        )

    def _reports(self) -> tuple[str, ...]:
        """Where notify takes bounces over LMTP, if it does."""
        listening = urlsplit(self.environment.get("JUQU_BOUNCES_LISTEN", ""))
        return ("--reports", f"{listening.hostname}:{listening.port}") if listening.scheme == "lmtp" else ()

    @property
    def environment(self) -> dict[str, str]:
        """What tells notify of them, and all that was given."""
        settings: dict[str, str] = {}
        if self.takes_texts:
            settings |= {"JUQU_SMPP_URL": f"smpp://juqu:local@127.0.0.1:{self.sms_port}"}
        if self.takes_mails:
            settings |= {"JUQU_SMTP_URL": f"smtp://127.0.0.1:{self.mail_port}"}
            settings |= signing(self._own)
            settings |= {} if any(name.startswith("JUQU_BOUNCES") for name in self._own) else self._bounces()
        if self.takes_mails and self.takes_texts:
            settings |= {"JUQU_TEST_ADDRESSES": "1"}
        return settings | self._own

    def _bounces(self) -> dict[str, str]:
        listen = f"lmtp://127.0.0.1:{self.bounce_port}"
        return {"JUQU_BOUNCES_TO": f"bounces@{DOMAIN}", "JUQU_BOUNCES_LISTEN": listen}

    def received(self) -> Received:
        """What has come so far."""
        return Received(_lines(self.maildir / "index.jsonl"), _lines(self.texts_file))

    def _program(self, name: str, arguments: tuple[str, ...]) -> Program:
        argv = (sys.executable, "-m", f"deploy.local.{name}", *arguments)
        return Program(name, argv, dict(os.environ), log_file=self._logs / f"{name}.log")


def signing(settings: Mapping[str, str]) -> dict[str, str]:
    """What has notify sign its mails: nothing where the settings name a sender or a provider of mails."""
    if "JUQU_MAIL_FROM" in settings or _names(settings, MAIL_PROVIDERS):
        return {}
    return {"JUQU_DKIM_DOMAIN": DOMAIN}


def _names(settings: Mapping[str, str], providers: tuple[str, ...]) -> bool:
    return any(name.startswith(providers) for name in settings)


def _lines(file: Path) -> tuple[Mapping[str, object], ...]:
    if not file.exists():
        return ()
    return tuple(json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line)
