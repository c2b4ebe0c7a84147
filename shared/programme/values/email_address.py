"""Mail addresses: one rule for the form, contacts, subscriptions and sending (RFC 5321, RFC 5322, RFC 5890 to 5893).

It admits what every mail server takes without SMTPUTF8: a local part in ASCII as a dot-atom of at most 64 octets, and
a domain of host names. A domain in other letters is kept as it is written; mail goes to its A-labels (``xn--``).

Such letters are judged by Unicode 3.2, which every interpreter has. So every interpreter judges alike, and no library
that knows fewer letters refuses what passed here. Letters written from right to left are not admitted.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from unicodedata import ucd_3_2_0

from shared.programme.values.writing import half_width

LONGEST: Final = 254
"""Octets of an address as it is sent to, RFC 5321 4.5.3.1.3 with erratum 1690."""
LONGEST_LOCAL: Final = 64
LONGEST_DOMAIN: Final = 253
LONGEST_LABEL: Final = 63

_ATOM: Final = re.compile(r"[a-z0-9!#$%&'*+\-/=?^_`{|}~]+(?:\.[a-z0-9!#$%&'*+\-/=?^_`{|}~]+)*", re.IGNORECASE)
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_TOP: Final = re.compile(r"[a-z][a-z0-9-]*[a-z]")
_LETTERS: Final = frozenset({"Ll", "Lo", "Lm", "Mn", "Mc"})
_NEVER: Final = re.compile(
    "[\u00b7\u0340\u0341\u0375\u0640\u1100-\u11ff\u20d0-\u20ff\u302e\u302f\u3031-\u3035\u303b\u30fb\U00010341\U0001d100-\U0001d1ff]"
)
"""What RFC 5892 excepts of the letters: 2.6, 2.7, 2.9, what only a context allows, and what has become a number."""
_ALWAYS: Final = frozenset("ßς〇")
_FOR_NO_MAIL: Final = ("arpa", "invalid", "local", "localhost", "onion", "test", "example")
_RESERVED: Final = re.compile(r"(?:.*\.)?(?:invalid|test|example|example\.(?:com|net|org))")


class EmailError(ValueError):
    """The text is no mail address that can be sent to. What is said of it never repeats it."""

    def __init__(self, message_zh: str, message_en: str) -> None:
        self.message_zh = message_zh
        self.message_en = message_en
        super().__init__(message_en)


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """An address that can be sent to, as it is written; ``parse`` makes one."""

    local: str
    domain: str

    @classmethod
    def parse(cls, text: str) -> EmailAddress:
        """Read an address; blanks around it, full-width signs and invisible characters are put right.

        Raises ``EmailError``.
        """
        return _parsed(clean_email(text))

    @property
    def sent(self) -> str:
        """The address in ASCII, as envelope and header have it."""
        return f"{self.local}@{_ascii_domain(self.domain)}"

    @property
    def is_reserved(self) -> bool:
        """Whether its domain is set aside for examples and tests, where nobody gets mail (RFC 2606, RFC 6761)."""
        return _RESERVED.fullmatch(self.domain) is not None

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"


def clean_email(text: str) -> str:
    """An address without what typing and copying leave around it, its domain in lower case; not judged."""
    local, at, domain = half_width(text).rpartition("@")
    return f"{local}{at}{domain.replace('。', '.').lower()}"


def sent_to(text: str) -> str:
    """An address as envelope and header have it; an older one that the rule does not admit stays as it is."""
    try:
        return EmailAddress.parse(text).sent
    except EmailError:
        return text


@lru_cache(maxsize=4096)
def _parsed(text: str) -> EmailAddress:
    local, _, domain = text.rpartition("@")
    if not local or not domain or "@" in local:
        raise EmailError(
            "电子邮箱应为“用户名@域名”", "is not an email address: it takes one @ between a name and a domain"
        )
    if len(local) > LONGEST_LOCAL:
        raise EmailError(
            f"电子邮箱@前不能超过{LONGEST_LOCAL}位", f"has more than {LONGEST_LOCAL} characters before the @"
        )
    if not _ATOM.fullmatch(local) or "=?" in local:
        raise EmailError(
            "电子邮箱@前只能用字母、数字和常用符号，点不能在首尾或连用",
            "is not an email address: before the @ stand letters, digits and signs, with single dots between them",
        )
    address = EmailAddress(local, domain)
    if len(address.sent) > LONGEST:
        raise EmailError(f"电子邮箱不能超过{LONGEST}位", f"is longer than {LONGEST} characters")
    return address


@lru_cache(maxsize=1024)
def _ascii_domain(domain: str) -> str:
    """A domain in A-labels; raises ``EmailError`` for one that no mail can be sent to."""
    labels = [_a_label(label) for label in domain.split(".")]
    ascii_domain = ".".join(labels)
    if len(labels) < 2 or not _TOP.fullmatch(labels[-1]) or len(ascii_domain) > LONGEST_DOMAIN:
        raise _wrong_domain()
    if labels[-1] in _FOR_NO_MAIL and not _RESERVED.fullmatch(ascii_domain):
        raise EmailError("该域名不用于收发邮件", "is of a domain that takes no mail")
    return ascii_domain


def _a_label(label: str) -> str:
    """A label as it is looked up, RFC 5891 4; raises ``EmailError``."""
    if not label.isascii():
        ascii_label = f"xn--{_u_label(label).encode('punycode').decode('ascii')}"
    elif label.startswith("xn--"):
        ascii_label = _a_label(_decoded(label))
        if ascii_label != label:
            raise _wrong_domain()
    else:
        ascii_label = label
        if label[2:4] == "--":
            raise _wrong_domain()
    if len(ascii_label) > LONGEST_LABEL or not _LABEL.fullmatch(ascii_label):
        raise _wrong_domain()
    return ascii_label


def _decoded(label: str) -> str:
    try:
        decoded = label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        raise _wrong_domain() from None
    if decoded.isascii():
        raise _wrong_domain()
    return decoded


def _u_label(label: str) -> str:
    """The label itself, where all its characters may stand in one (RFC 5892); raises ``EmailError``."""
    marked = ucd_3_2_0.category(label[0]) in {"Mn", "Mc"}
    hyphens = label[2:4] == "--" or label.startswith("-") or label.endswith("-")
    stable = unicodedata.normalize("NFC", label) == label
    if marked or hyphens or not stable or not all(map(_may_stand, label)):
        raise _wrong_domain()
    return label


def _may_stand(character: str) -> bool:
    if character.isascii():
        return character.islower() or character.isdigit() or character == "-"
    if character in _ALWAYS:
        return True
    return (
        ucd_3_2_0.category(character) in _LETTERS
        and ucd_3_2_0.bidirectional(character) in {"L", "NSM"}
        and not _NEVER.match(character)
        and unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", character).casefold()) == character
    )


def _wrong_domain() -> EmailError:
    return EmailError("电子邮箱@后不是有效的域名", "is not an email address: no mail domain stands after the @")


__all__ = ["EmailAddress", "EmailError", "clean_email", "sent_to"]
