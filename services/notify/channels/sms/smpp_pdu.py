"""What SMPP 3.4 puts into octets, read without trust: headers, ids, delivery receipts, answers to query_sm.

The client library reads them too, but gives the session up over a receipt whose error code is not decimal. So it does
over a refusal without a body (as 4.4.2 has it), or a status of the vendor's own. Here those are read for what they say.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from services.notify.channels.outcome import Receipt
from services.notify.channels.sms.smpp_account import SmppAccount

HEADER = 16
NACK = 0x80000000
SUBMIT = 0x00000004
QUERY = 0x00000003
SUBMIT_RESP = 0x80000004
QUERY_RESP = 0x80000003
DELIVER = 0x00000005
DELIVER_RESP = 0x80000005
DATA = 0x00000103
DATA_RESP = 0x80000103
BIND_RESPS = frozenset({0x80000001, 0x80000002, 0x80000009})

_UDHI, _UCS2, _NUMBER_MOST = 0x40, 0x08, 20
_RECEIPTED_ID, _PAYLOAD, _STATE = 0x001E, 0x0424, 0x0427
_STATES = {
    1: "ENROUTE",
    2: "DELIVRD",
    3: "EXPIRED",
    4: "DELETED",
    5: "UNDELIV",
    6: "ACCEPTD",
    7: "UNKNOWN",
    8: "REJECTD",
}
_WORDS = {word: word for word in _STATES.values()} | {
    "DELIVERED": "DELIVRD",
    "UNDELIVERABLE": "UNDELIV",
    "UNDELIVERED": "UNDELIV",
    "ACCEPTED": "ACCEPTD",
    "REJECTED": "REJECTD",
}
"""The words of appendix B, and as some write them out."""
_LONGEST_ID = 65
_ID = re.compile(r"\bid:\s*([^\s]*)", re.IGNORECASE)
_STAT = re.compile(r"\bstat:\s*([A-Za-z]+)", re.IGNORECASE)
_TEXT = re.compile(r"\btext:.*", re.IGNORECASE | re.DOTALL)


class UnreadablePdu(ValueError):
    """Octets that are not what their header says."""


@dataclass(frozen=True, slots=True)
class Pdu:
    """One protocol data unit: its command id, status and sequence number, and what follows them."""

    command: int
    status: int
    sequence: int
    body: bytes


def read(octets: bytes) -> Pdu:
    """A whole PDU; raises ``UnreadablePdu``."""
    if len(octets) < HEADER:
        raise UnreadablePdu("shorter than a header")
    _, command, status, sequence = struct.unpack_from("!IIII", octets)
    return Pdu(command, status, sequence, octets[HEADER:])


def first_text(body: bytes) -> str:
    """The C-octet string that a body begins with (an answer's message_id); empty where there is no body."""
    return body.partition(b"\0")[0].decode("latin-1")


def answered_id(message_id: str, *, decimal: bool) -> str:
    """The centre's id of a message, in the form by which receipts are matched: as it is. Without leading zeros and
    capitals if the centre answers with hexadecimal ids and writes ``decimal`` ones in its receipts."""
    return message_id.lower().lstrip("0") or "0" if decimal and message_id else message_id


def receipt(pdu: Pdu, *, decimal: bool = False) -> Receipt | None:
    """The receipt in a deliver_sm or data_sm (5.3.2.12, appendix B); ``None`` for any other message. Raises
    ``UnreadablePdu``. Without an id it is nobody's.

    The optional parameters go before the text: they have the id as the centre answered with it, and only the text may
    have it in ``decimal``. If the two name different states, the state is unknown.
    """
    esm_class, text, optional = _data(pdu.body) if pdu.command == DATA else _deliver(pdu.body)
    state = optional.get(_STATE, b"")
    if esm_class & 0x3C != 0x04 and not (state and _RECEIPTED_ID in optional):
        return None
    text_id = _ID.search(text)
    reference = answered_id(first_text(optional.get(_RECEIPTED_ID, b"")), decimal=decimal)
    if not reference and text_id:
        reference = _from_text(text_id[1], decimal=decimal)
    word = _state(state, _STAT.search(text))
    return Receipt(reference[:_LONGEST_ID], word, _TEXT.sub("", text).strip() or f"message_state {word}")


def _from_text(text_id: str, *, decimal: bool) -> str:
    if decimal and text_id.isascii() and text_id.isdecimal() and len(text_id) <= _LONGEST_ID:
        return f"{int(text_id):x}"
    return answered_id(text_id, decimal=decimal)


def _state(state: bytes, worded: re.Match[str] | None) -> str:
    word = _WORDS.get(worded[1].upper(), "UNKNOWN") if worded else ""
    if not state:
        return word or "UNKNOWN"
    coded = _STATES.get(state[0], "UNKNOWN")
    return coded if word in {"", "UNKNOWN", coded} else "UNKNOWN"


def written(command: int, status: int, sequence: int, body: bytes = b"") -> bytes:
    """A PDU's octets."""
    return struct.pack("!IIII", HEADER + len(body), command, status, sequence) + body


def submit_body(account: SmppAccount, address: str, octets: bytes, *, headed: bool) -> bytes:
    """The body of a submit_sm (4.4.1) in UCS-2 that asks for a receipt; ``headed`` where the octets begin with a user
    data header. Raises ``ValueError`` for a number that SMPP does not hold."""
    ton, npi, plain = account.destination(address)
    number = plain.encode("ascii")
    if not 0 < len(number) <= _NUMBER_MOST or b"\0" in number:
        raise ValueError("no number that SMPP holds")
    service = account.service_type.encode("ascii") + b"\0"
    kind = bytes([_UDHI if headed else 0, 0, 0])
    terms = bytes([1, 0, _UCS2, 0, len(octets)])
    return service + account.origin + bytes([ton, npi]) + number + b"\0" + kind + b"\0" + b"\0" + terms + octets


def query_body(message_id: str, origin: bytes) -> bytes:
    """The body of a query_sm (4.8.1) for a message of this source address."""
    return message_id.encode("latin-1", "replace") + b"\0" + origin


def queried(message_id: str, pdu: Pdu) -> Receipt | None:
    """What the answer to a query_sm (4.8.2) says of a message; ``None`` where it says nothing."""
    fields = pdu.body.split(b"\0", 2)
    if pdu.status or len(fields) != 3 or not fields[2]:
        return None
    word = _STATES.get(fields[2][0], "UNKNOWN")
    return Receipt(message_id, word, f"query_sm: message_state {word} {fields[1].decode('latin-1')}".strip())


def _deliver(body: bytes) -> tuple[int, str, dict[int, bytes]]:
    """esm_class, the text and the optional parameters of a deliver_sm (4.6.1)."""
    try:
        at = body.index(b"\0") + 1
        for _ in range(2):
            at = body.index(b"\0", at + 2) + 1
        esm_class = body[at]
        at = body.index(b"\0", at + 3) + 1
        at = body.index(b"\0", at) + 1
        coding, length = body[at + 2], body[at + 4]
        message = body[at + 5 : at + 5 + length]
        optional = _optional(body[at + 5 + length :])
    except (IndexError, ValueError, struct.error) as error:
        raise UnreadablePdu("a deliver_sm that ends too early") from error
    return esm_class, _words(message or optional.get(_PAYLOAD, b""), coding), optional


def _data(body: bytes) -> tuple[int, str, dict[int, bytes]]:
    """esm_class, the text and the optional parameters of a data_sm (4.7.1): what it says is in those."""
    try:
        at = body.index(b"\0") + 1
        for _ in range(2):
            at = body.index(b"\0", at + 2) + 1
        esm_class, coding = body[at], body[at + 2]
    except (IndexError, ValueError) as error:
        raise UnreadablePdu("a data_sm that ends too early") from error
    optional = _optional(body[at + 3 :])
    return esm_class, _words(optional.get(_PAYLOAD, b""), coding), optional


def _words(octets: bytes, coding: int) -> str:
    return octets.decode("utf-16-be" if coding == _UCS2 else "latin-1", "replace").replace("\0", "")


def _optional(octets: bytes) -> dict[int, bytes]:
    parameters: dict[int, bytes] = {}
    while len(octets) >= 4:
        tag, length = struct.unpack_from("!HH", octets)
        parameters[tag] = octets[4 : 4 + length]
        octets = octets[4 + length :]
    return parameters
