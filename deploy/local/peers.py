"""The mail server and the SMS centre that a local system sends to: programs of the stack, and what they received."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.ports import free_ports
from deploy.local.supervisor import Program

DOMAIN = "juqu.invalid"
"""Where the notices of a local system come from, unless its sender is set."""


@dataclass(frozen=True, slots=True)
class Received:
    """What the peers hold: the index lines of mails and short messages, the oldest first."""

    mails: tuple[Mapping[str, object], ...]
    texts: tuple[Mapping[str, object], ...]


class Peers:
    """Local mail and SMS peers in a state folder. ``programs`` go to the stack's ``before``, ``environment`` to notify.

    Mails are signed, and what the mail server cannot deliver it reports to notify. Fictitious addresses may be sent to:
    they reach these peers and nobody else.
    """

    def __init__(self, state: Path) -> None:
        self.mail_port, self.sms_port, self.bounce_port = free_ports(3)
        self.maildir = state.absolute() / "mail"
        self.texts_file = state.absolute() / "sms.jsonl"
        self._logs = state.absolute() / "logs"

    @property
    def programs(self) -> tuple[Program, ...]:
        """Both peers."""
        reports = ("--reports", f"127.0.0.1:{self.bounce_port}")
        mail = ("--port", str(self.mail_port), "--maildir", str(self.maildir), *reports)
        sms = ("--port", str(self.sms_port), "--file", str(self.texts_file))
        return (self._program("mail_peer", mail), self._program("sms_peer", sms))

    @property
    def environment(self) -> dict[str, str]:
        """What tells notify of them."""
        return {
            "JUQU_SMTP_URL": f"smtp://127.0.0.1:{self.mail_port}",
            "JUQU_SMPP_URL": f"smpp://juqu:local@127.0.0.1:{self.sms_port}",
            "JUQU_DKIM_DOMAIN": DOMAIN,
            "JUQU_BOUNCES_TO": f"bounces@{DOMAIN}",
            "JUQU_BOUNCES_LISTEN": f"lmtp://127.0.0.1:{self.bounce_port}",
            "JUQU_TEST_ADDRESSES": "1",
        }

    def received(self) -> Received:
        """What has come so far."""
        return Received(_lines(self.maildir / "index.jsonl"), _lines(self.texts_file))

    def _program(self, name: str, arguments: tuple[str, ...]) -> Program:
        argv = (sys.executable, "-m", f"deploy.local.{name}", *arguments)
        return Program(name, argv, dict(os.environ), log=self._logs / f"{name}.log")


def _lines(file: Path) -> tuple[Mapping[str, object], ...]:
    if not file.exists():
        return ()
    return tuple(json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line)
