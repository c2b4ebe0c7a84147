"""A mail server's report that a mail could not be delivered (RFC 3464), brought back over LMTP to who sent it."""

from __future__ import annotations

import smtplib
import time
from email import message_from_bytes
from email.message import Message
from email.policy import default

PAUSE = 1.0
"""Seconds until a report that was not taken is brought again."""
TIMES = 60

_REPORT = """\
From: MAILER-DAEMON@{domain}
To: {sender}
Subject: Undelivered mail returned to sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="report"

--report

Your mail could not be delivered.
--report
Content-Type: message/delivery-status

Reporting-MTA: dns; {domain}

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such mailbox
--report
Content-Type: text/rfc822-headers

{headers}
--report--
"""


def report(sender: str, recipient: str, content: bytes) -> bytes:
    """The report to ``sender`` of a mail to ``recipient``, with the mail's headers."""
    headers: Message = message_from_bytes(content, policy=default)
    shown = "\n".join(f"{name}: {headers[name]}" for name in ("From", "To", "Date", "Message-ID") if name in headers)
    text = _REPORT.format(domain=recipient.rpartition("@")[2], sender=sender, recipient=recipient, headers=shown)
    return text.replace("\n", "\r\n").encode()


def bring(to: tuple[str, int], sender: str, content: bytes) -> None:
    """Bring a report to where bounces are taken (host and port), again while it is not taken; an empty sender gets
    none. Gives up after a minute."""
    for _ in range(TIMES if sender else 0):
        try:
            with smtplib.LMTP(*to) as server:
                server.sendmail("", [sender], content)
                return
        except (OSError, smtplib.SMTPException):
            time.sleep(PAUSE)
