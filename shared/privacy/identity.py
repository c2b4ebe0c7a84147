"""Who a group of personal fields is about, as keyed hashes that give nothing away without the secret.

Two groups are about the same person where they share an id that the person goes by, or a name with a telephone number,
or a name with a mail address; names without either, where they share the name and the unit or case. A telephone number
alone tells nobody: offices share them.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from shared.privacy.places import Found, Json
from shared.programme.values.email_address import sent_to
from shared.programme.values.personal import ERASED, Personal
from shared.programme.values.telephone import PhoneError, Telephone
from shared.programme.values.writing import half_width, name_key

Compared = Callable[[Personal, str], str]
"""A value as it is compared."""
_OFFICE_IDS = ("expert", "subscriber", "letter")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a person is known by, the surest first: keyed hashes, each with whether it outlasts an erasure.

    ``traits`` are the keyed hashes of single values, by which an operator finds the person.
    """

    handles: tuple[bytes, ...]
    lasting: tuple[bool, ...]
    traits: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Identifier:
    """Makes identities under a secret of 32 bytes."""

    secret: bytes

    def identify(self, found: Found, event: Json, event_id: str) -> Identity:
        """Whose the fields of a group are; those that nobody can tell are the event's own person's."""
        values = _values(found)
        ids, unit = _ids(found, event)
        known = [_known_by(self.secret, *each) for each in ids]
        pairs = list(dict.fromkeys(pair for compared in (normal, of_before) for pair in _pairs(values, unit, compared)))
        if not pairs and not ids:
            pairs = [("event", event_id, found.where)]
        return Identity(
            (*(handle for handle, _ in known), *(self._hash(*each) for each in pairs)),
            (*(True for _ in known), *(False for _ in pairs)),
            (*(self.trait(*each) for each in values.items()), *(trait for _, trait in known)),
        )

    def trait(self, kind: Personal, text: str) -> bytes:
        """The keyed hash of a name, a telephone number or a mail address, however it is written."""
        return self._hash("trait", kind.value, normal(kind, text))

    def traits(self, kind: Personal, text: str) -> tuple[bytes, ...]:
        """That hash, and the one that persons have who were noted before all spellings were one."""
        return tuple(dict.fromkeys((self.trait(kind, text), self._hash("trait", kind.value, of_before(kind, text)))))

    def trait_of_id(self, by: str, text: str) -> bytes:
        """The keyed hash of an id that a person goes by."""
        return _known_by(self.secret, by, text)[1]

    def _hash(self, *parts: str) -> bytes:
        return _keyed(self.secret, *parts)


def _keyed(secret: bytes, *parts: str) -> bytes:
    return hmac.digest(secret, "\x1f".join(parts).encode(), sha256)


@lru_cache(maxsize=20_000)
def _known_by(secret: bytes, by: str, text: str) -> tuple[bytes, bytes]:
    """Handle and trait of an id, which says nothing of a person and so may be remembered: a delivery's comes five
    times."""
    return _keyed(secret, "id", by, text), _keyed(secret, "trait", f"id {by}", text)


def normal(kind: Personal, text: str) -> str:
    """A value as it is compared, so that all its spellings are one: a number by its digits without +86, a mail address
    by where it is sent to without case, a name by its letters."""
    match kind:
        case Personal.PHONE:
            return _number(text)
        case Personal.EMAIL:
            return sent_to(text).casefold()
        case _:
            return name_key(text)


def _number(text: str) -> str:
    try:
        number = Telephone.parse(text)
    except PhoneError:
        return re.sub(r"\D", "", half_width(text))
    return number.digits + number.extension


def of_before(kind: Personal, text: str) -> str:
    """A value as it was compared before all its spellings were one; persons of then are known by it."""
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    if kind is not Personal.PHONE:
        return plain
    digits = re.sub(r"\D", "", plain)
    return re.sub(r"^(00)?86(?=1\d{10}$|0)", "", digits) if plain.startswith(("+", "00")) else digits


def _values(found: Found) -> Mapping[Personal, str]:
    values: dict[Personal, str] = {}
    for place, kind in found.sealed.items():
        if kind is Personal.TEXT:
            continue
        text = found.holder[place]
        if kind is Personal.ADDRESS:
            if "://" in text:
                continue  # a URL is nobody's telephone number
            kind = Personal.EMAIL if "@" in text else Personal.PHONE  # noqa: PLW2901 - an address is one or the other
        if text != ERASED and normal(kind, text):
            values.setdefault(kind, text)
    return values


def _pairs(values: Mapping[Personal, str], unit: str, compared: Compared) -> list[tuple[str, str, str]]:
    """What a person is known by besides ids: the name with each address, else the name with the unit or case."""
    plain = {kind: compared(kind, text) for kind, text in values.items()}
    name = plain.get(Personal.NAME, "")
    pairs = [(kind.value, name, plain[kind]) for kind in (Personal.PHONE, Personal.EMAIL) if kind in plain]
    return pairs or ([("name", name, unit)] if name else [])


def _ids(found: Found, event: Json) -> tuple[list[tuple[str, str]], str]:
    """The ids that the person goes by, and the unit (else the case) that a bare name belongs to."""
    ids, unit = [], str(event.get("case_id", ""))
    for name, by in found.ids.items():
        text = found.holder[name]
        if by == "office":
            kind, _, rest = text.partition(":")
            if kind in _OFFICE_IDS and rest:
                ids.append((kind, rest))
            else:
                unit = text
        elif text:
            ids.append((by, text))
    return ids, unit


__all__ = ["Identifier", "Identity", "normal"]
