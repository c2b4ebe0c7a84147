"""An account with an SMS provider that sends by approved templates, and what its error codes mean."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from services.notify.channels.outcome import NotSent, Receipt, Result, TurnedDown, Unclear
from shared.contracts.notify import DeliveryRequested


@dataclass(frozen=True, slots=True)
class SmsTemplate:
    """A template as the provider knows it: its id there, and which of our variables it takes, in its order."""

    ident: str
    variables: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsAccount:
    """``sign`` is the approved signature without its brackets, ``app`` Tencent's SdkAppId; ``templates`` by our keys.
    ``plain`` is for a local server without TLS."""

    key: str
    secret: str
    endpoint: str
    sign: str
    templates: Mapping[str, SmsTemplate]
    app: str = ""
    region: str = ""
    plain: bool = False


def read_account(url: str) -> SmsAccount:
    """The account of ``aliyun://KEY:SECRET@ENDPOINT?sign=NAME&templates=FILE`` or ``tencent://...&app=ID&region=NAME``.

    ``FILE`` is a JSON object of ``{"our-key": {"id": "SMS_1", "variables": ["district", "last_day"]}}``. A scheme that
    ends in ``+http`` leaves TLS out. Raises ``ValueError`` saying what is wrong, without the secret.
    """
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if not parts.username or not parts.password or not parts.hostname:
        raise ValueError("a key, a secret and an endpoint are needed")
    missing = [name for name in ("sign", "templates") if not options.get(name)]
    if missing:
        raise ValueError(f"{' and '.join(missing)} missing")
    return SmsAccount(
        key=unquote(parts.username),
        secret=unquote(parts.password),
        endpoint=parts.netloc.rpartition("@")[2],
        sign=options["sign"],
        templates=_templates(Path(options["templates"])),
        app=options.get("app", ""),
        region=options.get("region", ""),
        plain=parts.scheme.endswith("+http"),
    )


def _templates(file: Path) -> dict[str, SmsTemplate]:
    try:
        entries: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return {key: SmsTemplate(str(entry["id"]), tuple(entry["variables"])) for key, entry in entries.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"the templates in {file} cannot be read: {type(error).__name__}") from None


class NoTemplate(ValueError):
    """The account has no template for a notice."""


def filled(account: SmsAccount, notice: DeliveryRequested) -> tuple[SmsTemplate, dict[str, str]]:
    """The template of a notice and its variables, in the template's order. Raises ``NoTemplate``."""
    template = account.templates.get(notice.sms_template)
    if template is None:
        raise NoTemplate(f"no template for {notice.sms_template!r}")
    variables: dict[str, str] = json.loads(notice.variables or "{}")
    missing = [name for name in template.variables if name not in variables]
    if missing:
        raise NoTemplate(f"{template.ident} takes {', '.join(missing)}, which the notice has not")
    return template, {name: variables[name] for name in template.variables}


class Fate(Enum):
    """What an error code means for the message."""

    LATER = "not sent; another time, or by another provider"
    OURS = "not sent, and nothing will be until the account is mended"
    NEVER = "refused for good"
    UNCLEAR = "nobody knows"


_OF_US = re.compile(
    r"SIGN(?!AL)|TIME ?STAMP|CLOCK|REQUEST ?TIME|ACCESS ?KEY|QUALIFICATION|ARREARS|BALANCE", re.IGNORECASE
)
_OF_THE_RECIPIENT = re.compile(
    r"(MOBILE|PHONE|NUMBER|CUSTOMER|USER)\w*(BLACK|REFUSE|REJECT|UNSUBSCRI)|"
    r"(BLACK|REFUSE|REJECT|UNSUBSCRI)\w*(MOBILE|PHONE|NUMBER|CUSTOMER|USER)",
    re.IGNORECASE,
)


def by_its_words(code: str) -> Fate | None:
    """What a code that is in no table means, by its name: it may speak of a customer who wants no messages, of a
    signature or of a clock. ``None`` for all others."""
    if _OF_THE_RECIPIENT.search(code):
        return Fate.NEVER
    return Fate.OURS if _OF_US.search(code) else None


def meaning(fate: Fate, code: str, text: str, address: str) -> Result:
    """The result of an error code; what the provider said is kept without the address."""
    reason = without(text, address)
    match fate:
        case Fate.LATER:
            return NotSent(code, reason)
        case Fate.OURS:
            return NotSent(code, reason, misconfigured=True)
        case Fate.NEVER:
            return TurnedDown(code, reason)
        case Fate.UNCLEAR:
            return Unclear(f"{code}: {reason}")


def without(text: str, address: str) -> str:
    """What a provider said, without the address, however it wrote it."""
    for form in (address, address.removeprefix("+"), address.removeprefix("+86")):
        if form:
            text = text.replace(form, "<number>")
    return text[:500]


def settled(reference: str, delivered: bool, text: str, provider: str, address: str) -> Receipt:
    """A provider's final word of a message, as a receipt."""
    return Receipt(reference, "DELIVRD" if delivered else "UNDELIV", without(text, address), provider)
