"""An account with an SMS centre: where it is, who we are there, how we and our recipients are addressed."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

SOURCE_MOST, ALPHANUMERIC_MOST = 20, 11
ALPHANUMERIC, NATIONAL, INTERNATIONAL = 5, 2, 1
_TON = frozenset(range(7))
_NPI = frozenset({0, 1, 3, 4, 6, 8, 9, 10, 14, 18})
_NAMES = frozenset({"receipts", "source", "source_ton", "source_npi", "destination_ton", "destination_npi"})
_TEXTS = {"system_type": 12, "service_type": 5}
"""How many octets each has at most (SMPP 3.4, 5.2.3 and 5.2.11)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmppAccount:
    """``source`` is the number or name that our messages come from, or empty if the centre chooses; TON and NPI are
    those of SMPP 3.4, 5.2.5 and 5.2.6. Without ``destination_ton`` a number with + is an international one, any other
    of no type. ``decimal_receipts``: the centre answers with hexadecimal ids and writes them in decimal in the text of
    its receipts. This is not guessed: "42" may be either, and the receipt would be another person's."""

    host: str
    port: int
    system_id: str
    password: str
    system_type: str = ""
    service_type: str = ""
    source: str = ""
    source_ton: int = 0
    source_npi: int = 0
    destination_ton: int | None = None
    destination_npi: int | None = None
    decimal_receipts: bool = False

    @property
    def origin(self) -> bytes:
        """The source address of every request, with its type and plan."""
        return bytes([self.source_ton, self.source_npi]) + self.source.encode("ascii") + b"\0"

    def destination(self, address: str) -> tuple[int, int, str]:
        """Type, plan and number of a recipient: a national number is written without the country's code."""
        plain = address.removeprefix("+")
        known = INTERNATIONAL if address.startswith("+") else 0
        ton = known if self.destination_ton is None else self.destination_ton
        npi = known if self.destination_npi is None else self.destination_npi
        return ton, npi, plain.removeprefix("86") if ton == NATIONAL and address.startswith("+86") else plain


def read_smpp_account(url: str) -> SmppAccount:
    """The account of ``smpp://SYSTEM_ID:PASSWORD@HOST:PORT``, perhaps with ``?source=...&source_ton=...`` and the other
    names of ``SmppAccount``. Raises ``ValueError`` saying what is wrong, without the password."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = sorted(set(options) - _NAMES - set(_TEXTS))
    if unknown:
        raise ValueError(f"there is no {', '.join(unknown)}; there are {', '.join(sorted(_NAMES | set(_TEXTS)))}")
    if options.get("receipts", "decimal") != "decimal":
        raise ValueError("receipts takes decimal")
    source = _source(options.get("source", ""))
    named = bool(source) and not source.isdigit()
    return SmppAccount(
        host=parts.hostname or "localhost",
        port=parts.port or 2775,
        system_id=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        **{name: _text(options, name, most) for name, most in _TEXTS.items()},
        source=source,
        source_ton=_one_of(options, "source_ton", _TON, ALPHANUMERIC if named else 0) or 0,
        source_npi=_one_of(options, "source_npi", _NPI, 0) or 0,
        destination_ton=_one_of(options, "destination_ton", _TON, None),
        destination_npi=_one_of(options, "destination_npi", _NPI, None),
        decimal_receipts="receipts" in options,
    )


def _source(value: str) -> str:
    if not _fits(value, SOURCE_MOST if value.isdigit() else ALPHANUMERIC_MOST):
        raise ValueError(f"source takes a number of {SOURCE_MOST} digits or {ALPHANUMERIC_MOST} ASCII letters at most")
    return value


def _text(options: dict[str, str], name: str, most: int) -> str:
    value = options.get(name, "")
    if not _fits(value, most):
        raise ValueError(f"{name} takes {most} ASCII letters at most")
    return value


def _fits(value: str, most: int) -> bool:
    return len(value) <= most and value.isascii() and value.isprintable()


def _one_of(options: dict[str, str], name: str, allowed: frozenset[int], otherwise: int | None) -> int | None:
    value = options.get(name)
    if value is None:
        return otherwise
    if not (value.isascii() and value.isdigit() and len(value) < 3 and int(value) in allowed):
        raise ValueError(f"{name} takes one of {', '.join(map(str, sorted(allowed)))}")
    return int(value)
