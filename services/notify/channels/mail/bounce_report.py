"""What a mail server reports of a mail of ours: by machine (RFC 3464), or in words that were meant for people.

exim, qmail, QQ and others write words only. Postfix, Exchange and Coremail write both; they encode either part, leave
the third one out, or give the cause only in what the other server said. What cannot be read is kept, unread.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from email.utils import parseaddr
from typing import Literal, TypeAlias, cast

from services.notify.channels.foreign_text import without_controls
from services.notify.channels.mail.bounce_parts import ReturnedMail, taken_apart
from services.notify.channels.mail.causes import Cause, cause_of

LONGEST_TEXT = 500
Action: TypeAlias = Literal["delivered", "relayed", "expanded", "delayed", "failed", "unread"]
_Fate: TypeAlias = tuple[Action, str, str]
"""What became of the mail to one recipient: action, status and words."""
_ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")
_WORD = re.compile(r"\s*([A-Za-z]+)")
_STATUS = re.compile(r"(?<![\d.])([245])\.\d{1,3}\.\d{1,3}(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])[45](\d\d[ -]\S|\.\d{1,3}\.\d{1,3}(?![\d.]))")
_SERVERS = re.compile(r"mailer.?daemon|post.?master|mail.?delivery|delivery.?(sub)?system", re.IGNORECASE)
_DELAYED = re.compile(
    r"not yet been delivered|(has been|is|was) delayed|will (be retried|continue|keep trying|retry)|warning message|"
    r"still trying|no action is required|\(delay\)|将继续|延迟|会(再次|继续)?重试",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"fail|error|undeliver|unable to|not (be |been )?(deliver|reach|sent)|did not reach|return|reject|refused|"
    r"(can|could|was|did)(n.t| ?not)|unknown|退[回信]|无法|失败|未能|拒[收绝]|不存在",
    re.IGNORECASE,
)
_BY_CAUSE = {Cause.NOBODY: "5.1.1", Cause.FULL: "5.2.2", Cause.OURS: "5.7.1"}
"""The status that a cause has where a server gives only a general one."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came back. ``action`` is ``unread`` for what is not understood: kept, nothing follows.

    ``status`` is the enhanced code (RFC 3463); where only a general one is given, the one that the words lead to.
    ``message_id`` is that of the mail it is about, empty where it does not say.
    """

    action: Action
    status: str
    text: str
    message_id: str


def read_report(content: bytes) -> Report:
    """What a mail says of ours; never an error, whatever the mail is. Of several recipients, the first that failed
    counts."""
    mail = taken_apart(content)
    fates = [fate for block in mail.blocks if (fate := _by_fields(block, mail)) is not None]
    fate = min(fates, key=lambda fate: _ACTIONS.index(fate[0])) if fates else _by_words(mail)
    if fate is None:
        return Report("unread", "", _fit(str(mail.head.get("Subject", ""))), _fit(mail.message_id))
    action, status, text = fate
    return Report(action, status, _fit(text), _fit(mail.message_id))


def _by_fields(block: Message, mail: ReturnedMail) -> _Fate | None:
    """What fields say of one recipient; none for the block of the whole mail.

    ``delivered`` by another server's word is ``relayed``: exim says so of a server that has promised no report.
    """
    word = _WORD.match(str(block.get("Action", "")))
    action = word[1].lower() if word else ""
    if action not in _ACTIONS:
        return None
    diagnostic = _fit(str(block.get("Diagnostic-Code", "")))
    stated = _STATUS.match(str(block.get("Status", "")).strip())
    clear = cause_of(diagnostic) is not Cause.UNTOLD
    evidence = diagnostic if clear else f"{diagnostic} {_evidence(mail.words)}"
    status = _status(stated[0] if stated else "", evidence, action)
    words = _fit(f"{diagnostic} {block.get('Remote-MTA', '')}")
    handed_on = action == "delivered" and "Remote-MTA" in block
    return cast(Action, "relayed" if handed_on else action), status, f"{action} {status} {words}".rstrip()


def _by_words(mail: ReturnedMail) -> _Fate | None:
    """What a server says in words alone; none for what a person, or a machine for one, has written."""
    whole = f"{mail.head.get('Subject', '')} {mail.words}"
    if not _by_a_server(mail.head) or not (_FAILED.search(whole) or _DELAYED.search(whole)):
        return None
    action: Action = "delayed" if _DELAYED.search(whole) else "failed"
    evidence = _evidence(mail.words)
    status = _status("", evidence, action)
    return action, status, f"{action} {status} {evidence}".rstrip()


def _by_a_server(head: Message) -> bool:
    if head.get_param("report-type") in {"feedback-report", "disposition-notification"}:
        return False
    if head.get_param("report-type") == "delivery-status" or "X-Failed-Recipients" in head:
        return True
    name, address = parseaddr(str(head.get("From", "")))
    return any(map(_SERVERS.search, (name, address.partition("@")[0]))) or not address


def _evidence(words: str) -> str:
    """The words that tell the cause: all from the first reply or status of a server. Else the first line that tells
    one, else the first line of all."""
    reply = _REPLY.search(words)
    if reply is not None:
        return _fit(words[reply.start() :])
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    return _fit(next((line for line in lines if cause_of(line) is not Cause.UNTOLD), lines[0] if lines else ""))


def _status(stated: str, words: str, action: str) -> str:
    """The status that says most: the one stated, unless it is a general one (x.y.0) and the words tell more."""
    if action not in {"failed", "delayed"}:
        return stated or "2.0.0"
    if stated and not stated.endswith(".0"):
        return stated
    kind = "5" if action == "failed" else "4"
    codes = [code[0] for code in _STATUS.finditer(words) if code[1] == kind and not code[0].endswith(".0")]
    by_cause = _BY_CAUSE.get(cause_of(words), "") if action == "failed" else ""
    return next(filter(None, (*codes, by_cause, stated)), f"{kind}.0.0")


def _fit(text: str) -> str:
    return without_controls(text).strip()[:LONGEST_TEXT]


__all__ = ["Report", "read_report"]
