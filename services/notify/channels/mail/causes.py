"""What a mail server's refusal is about: us, the address, the message or the moment. Pure.

Servers give the same codes for different causes, and different ones for the same, so the words go before the codes. The
signs are tried in order; each row says where such words were read.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple


class Cause(Enum):
    """What a refusal is about."""

    OURS = "our server, name, account or reputation; nothing against the recipient"
    NOBODY = "nobody has this address"
    RECIPIENT = "this recipient, or a message like this one to it, is refused for good"
    CONTENT = "the words look unwanted; another server may take them"
    FULL = "the mailbox is full"
    NOT_NOW = "too much at once, a server that is away, a way of speaking that it does not know"
    UNTOLD = "no cause is told"


class Sign(NamedTuple):
    """Words (in lower case, without addresses) by which a cause is known, and where they were read."""

    cause: Cause
    words: str
    source: str


_OURS, _NOBODY, _RECIPIENT = Cause.OURS, Cause.NOBODY, Cause.RECIPIENT
_CONTENT, _FULL, _NOT_NOW = Cause.CONTENT, Cause.FULL, Cause.NOT_NOW
_USER = r"(user|recipient|mailbox|account|address|domain|alias|rcpt)"
SIGNS = (
    Sign(_RECIPIENT, r"resolver\.rst\.", "Exchange: the recipient's own restrictions (NDR 5.7.1, 5.7.133)"),
    Sign(_NOBODY, r"5\.4\.1 .*recipient address rejected: access denied", "Exchange Online: edge blocking"),
    Sign(_RECIPIENT, r"recipient address rejected: access denied", "Postfix access(5)"),
    Sign(_RECIPIENT, r"rejected by (the )?recipients?|private list", "QQ 553; Sina 553"),
    Sign(_RECIPIENT, r"recipient\S* .{0,30}(blacklist|unsubscri)", "Aliyun DirectMail 551"),
    Sign(_NOT_NOW, r"frequency limited|mailbox unavailable or access denied", "QQ 550: too many in a time"),
    Sign(_NOT_NOW, r"mi:(dmc|sfq|cel|ccl)|rp:(drc|cel|ccl|qrc|trc)", "163: too many in a time"),
    Sign(_NOT_NOW, r"too (many|much|fast)|rate ?limit", "Postfix anvil(8); Gmail 4.7.28"),
    Sign(_OURS, r"(daily|hourly|sending|user|message) .{0,24}(quota|limit) .{0,12}exceeded", "Gmail 5.4.5; Zoho 550"),
    Sign(_OURS, r"(exceed|reach)ed .{0,24}(daily|hourly|sending) .{0,24}(quota|limit)", "Exchange Online 5.1.90"),
    Sign(
        _OURS,
        r"relay\w*( access)?( is)? (denied|not (permitted|allowed)|prohibited|refused)",
        "exim; Postfix; sendmail",
    ),
    Sign(
        _OURS,
        r"(unable|not allowed|not permitted|den\w+|refuse\w*|cannot|not) (to )?relay",
        "Exchange 5.7.54; Sina 553",
    ),
    Sign(_OURS, r"allowed rcpthosts|local users? only|relay check|open ?relay", "qmail; Coremail 553; 263; Sina 554"),
    Sign(
        _OURS, r"auth\w* (is )?(required|fail)|not authenticated|unauthenticated", "RFC 4954; 163 553; Exchange 5.7.57"
    ),
    Sign(_OURS, r"need .{0,16}auth|authenticat\w+ first|starttls( command)? first", "QQ 503; Postfix 530"),
    Sign(
        _OURS,
        r"sender( address)?( is)? (reject|den|invalid|verif|unverif|block|not|unval)",
        "exim; Postfix; Coremail",
    ),
    Sign(
        _OURS,
        r"(fake|bad|invalid|null|unknown|banned) (outbound )?sender|denies the sender",
        "Coremail; Exchange 5.1.8",
    ),
    Sign(_OURS, r"send as this sender|not owned by user|spoof", "Exchange 5.7.60; Postfix"),
    Sign(_OURS, r"mail ?from (address )?(is )?(must|invalid|not|mismatch|denied|rejected)", "Aliyun DirectMail 553"),
    Sign(_OURS, r"user (in blacklist|hangup|rejected)|ip is (hangup|rejected)|invalid ip", "Coremail 550"),
    Sign(_OURS, r"wm:bl[iu]|hl:\w\w\w|mi:sp[fb]|dt:(sum|rbl)", "163 554"),
    Sign(_OURS, r"\bspf\b|\bdkim\b|\bdmarc\b", "Gmail 5.7.26; QQ 550"),
    Sign(_OURS, r"reverse (dns|host)|\b(ptr|rdns)\b|cannot find your|\bhelo\b|\behlo\b", "Postfix; Gmail 5.7.25"),
    Sign(_OURS, r"black ?list|block ?list|blocked using|dnsbl|\brbl\b|spamhaus|black ip", "Postfix; exim; Sina 554"),
    Sign(_OURS, r"reputation|banned|administrative prohibition", "Exchange 5.7.606; exim"),
    Sign(_OURS, r"\b(client host|your (ip|host|domain|server)|ip( address)?)\b.{0,60}(block|reject|denied)", "Postfix"),
    Sign(_OURS, r"(block|reject)\w* .{0,12}\b(ip|host)\b|traffic not accepted", "Exchange 5.7.708; Yahoo"),
    Sign(
        _FULL,
        r"(mailbox|quota|storage|maildir|disk|account) .{0,24}\b(full|exceed|over ?quota|over its)",
        "RFC 3463",
    ),
    Sign(_FULL, r"(full|exceed\w*|over) .{0,24}(mailbox|quota|storage)|quota ?exceeded", "exim; Exchange 5.2.2"),
    Sign(_FULL, r"已满|空间不足|容量满", "QQ; Coremail"),
    Sign(
        _RECIPIENT, r"(message|mail|attachment) (file )?(size|is too|too) ?(big|large|long|exceed)?", "RFC 3463 5.3.4"
    ),
    Sign(_RECIPIENT, r"size (limit|exceed)|大小超", "QQ 552"),
    Sign(_CONTENT, r"\bspam\b|anti-?spam|virus|unsolicited|suspicious|dt:spm", "QQ 550; 163 554; Coremail"),
    Sign(_CONTENT, r"content .{0,16}(den|reject|refus|block|restrict)", "QQ 550; Exchange 5.7.1"),
    Sign(_CONTENT, r"(reject|block|den)\w* .{0,24}content|垃圾邮件|病毒", "Gmail 5.7.0; Coremail"),
    Sign(
        _NOBODY,
        rf"(no such|unknown|invalid|non-?existent|unrouteable|undeliverable) (local )?{_USER}",
        "exim; Coremail",
    ),
    Sign(
        _NOBODY, rf"{_USER}( name)?( is)?( \S+)? (unknown|not found|not known|invalid|not listed)", "Postfix; 163 550"
    ),
    Sign(_NOBODY, rf"{_USER}( name)?( is)?( \S+)? ((does|do|did)(n't| not| no) exists?|not exist)", "Gmail; Coremail"),
    Sign(_NOBODY, r"that you tried to reach do", "Gmail 5.1.1; 163 RC:LD"),
    Sign(_NOBODY, rf"(not|isn't) (a )?(known|valid|registered|local)( \w+)? {_USER}", "Yahoo; qmail"),
    Sign(_NOBODY, r"recip(ient)?notfound|couldn't be found", "Exchange 5.1.10"),
    Sign(_NOBODY, r"no (mailbox|account|user|recipient)s? (here|by|found|with)|not our customer", "qmail; GMX"),
    Sign(_NOBODY, r"(does|did|do)(n't| not) have an? .{0,60}account", "Yahoo 554"),
    Sign(_NOBODY, r"(user|account|mailbox|reach)( is| has been)? (disabled|inactive|closed)", "Gmail 5.2.1; 163.net"),
    Sign(_NOBODY, r"不存在|未开通|无效的?(收件人|地址|用户)", "QQ; Coremail"),
    Sign(_NOT_NOW, r"timed? ?out|timeout|connection (refused|reset|closed)|lost connection", "exim; Postfix: given up"),
    Sign(_NOT_NOW, r"temporar|try again|greylist|retry time|no route|超时|稍后", "exim; Postfix: given up"),
    Sign(_NOT_NOW, r"host not found|name service error|(could not|unable to) connect", "Postfix; exim: no way there"),
)
_SIGNS = tuple((sign.cause, re.compile(sign.words)) for sign in SIGNS)
_WITHOUT_THESE = re.compile(r"<[^<>\s]*>|\S+@\S+|https?://\S+")
_STATUS = re.compile(r"(?<![\d.])5\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])(5\d\d)(?=[\s-])")

WILL_PASS = frozenset({Cause.OURS, Cause.CONTENT, Cause.FULL, Cause.NOT_NOW})
"""What may be otherwise another time, or by another server."""
_BY_STATUS = {
    (1, 7): Cause.OURS,
    (1, 8): Cause.OURS,
    (1, 90): Cause.OURS,
    **dict.fromkeys(((1, 1), (1, 2), (1, 3), (1, 6), (1, 10), (2, 1), (7, 17), (7, 18)), Cause.NOBODY),
    (2, 2): Cause.FULL,
    **dict.fromkeys(((3, 1), (3, 2), (3, 5), (5, 1), (5, 4)), Cause.NOT_NOW),
    (4, 5): Cause.OURS,
    **dict.fromkeys(((7, 2), (7, 124), (7, 129), (7, 133), (7, 134), (7, 135), (7, 136)), Cause.RECIPIENT),
}
"""Enhanced codes (RFC 3463 and the IANA registry; 5.1.90 and 5.7.100 upwards: Exchange Online, 5.4.5: Gmail). A mailbox
that is full, a host that does not answer: final for the mail, and nothing against the address. 5.5.1 and 5.5.4: our way
of speaking, which another server may understand."""
_BY_SUBJECT = {2: Cause.RECIPIENT, 4: Cause.NOT_NOW, 6: Cause.RECIPIENT, 7: Cause.OURS}
"""By the middle number: mailbox, way there, content; all that is not named of X.7 (policy) is about who sends."""
_BY_REPLY = dict.fromkeys(("530", "534", "535", "538", "571"), Cause.OURS) | {"552": Cause.FULL}
"""Reply codes without an enhanced one: RFC 4954, RFC 5321 4.5.3.1.10."""


def cause_of(answer: str) -> Cause:
    """What a refusal is about, by what a server said: its reply code, its enhanced code and its words."""
    plain = " ".join(_WITHOUT_THESE.sub(" ", answer).lower().split())
    by_words = next((cause for cause, words in _SIGNS if words.search(plain)), None)
    return by_words or _by_code(answer)


def _by_code(answer: str) -> Cause:
    for status in _STATUS.finditer(answer):
        subject, detail = int(status[1]), int(status[2])
        cause = _BY_STATUS.get((subject, detail)) or _BY_SUBJECT.get(subject)
        if cause is not None:
            return cause
    reply = _REPLY.search(answer)
    return _BY_REPLY.get(reply[1], Cause.UNTOLD) if reply else Cause.UNTOLD
