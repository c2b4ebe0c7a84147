"""What a status of an SMS centre (SMPP 3.4, 5.1.3) says of a submission, and of us."""

from __future__ import annotations

from aiosmpplib.state import SmppCommandStatus

from services.notify.channels.outcome import NotSent, TurnedDown

_OF_US = frozenset(
    {
        "ESME_RINVCMDLEN",
        "ESME_RINVCMDID",
        "ESME_RINVBNDSTS",
        "ESME_RINVPRTFLG",
        "ESME_RINVREGDLVFLG",
        "ESME_RINVSRCADR",
        "ESME_RBINDFAIL",
        "ESME_RINVPASWD",
        "ESME_RINVSYSID",
        "ESME_RINVSERTYP",
        "ESME_RINVESMCLASS",
        "ESME_RINVSRCTON",
        "ESME_RINVSRCNPI",
        "ESME_RINVDSTTON",
        "ESME_RINVDSTNPI",
        "ESME_RINVSYSTYP",
        "ESME_RINVREPFLAG",
        "ESME_RINVSCHED",
        "ESME_RINVEXPIRY",
        "ESME_RINVDFTMSGID",
        "ESME_RINVOPTPARSTREAM",
        "ESME_ROPTPARNOTALLWD",
        "ESME_RINVPARLEN",
        "ESME_RMISSINGOPTPARAM",
        "ESME_RINVOPTPARAMVAL",
    }
)
"""About who we say that we are, and about what is the same in every message of ours: settings, not a recipient."""
_LATER_ONES = {
    0x100: "ESME_RSERTYPUNAUTH",
    0x101: "ESME_RPROHIBITED",
    0x102: "ESME_RSERTYPUNAVAIL",
    0x103: "ESME_RSERTYPDENIED",
    0x104: "ESME_RINVDCS",
}
"""Of the same kind, from SMPP 5.0, 4.7.6."""
_OF_THE_MESSAGE = frozenset(
    {
        "ESME_RINVMSGLEN",
        "ESME_RINVDSTADR",
        "ESME_RINVNUMDESTS",
        "ESME_RINVDLNAME",
        "ESME_RINVDESTFLAG",
        "ESME_RCNTSUBDL",
        "ESME_RX_P_APPN",
        "ESME_RX_R_APPN",
    }
)
"""About this recipient or this text, for good. All others - too many, a full queue, the vendor's own - may pass."""
_WHO_WE_ARE = frozenset({"ESME_RBINDFAIL", "ESME_RINVPASWD", "ESME_RINVSYSID", "ESME_RINVSYSTYP"})


def is_of_us(status: int) -> bool:
    """Whether it is about our account or settings: nothing will be taken before they are mended."""
    return status in _LATER_ONES or named(status)[0] in _OF_US


def bars_us(status: int) -> bool:
    """Whether a bind that was refused so will be refused again."""
    return named(status)[0] in _WHO_WE_ARE


def refusal(status: int) -> NotSent | TurnedDown:
    """What a status other than 0 means for a submission."""
    name, words = named(status)
    if name in _OF_THE_MESSAGE:
        return TurnedDown(name, words)
    return NotSent(name, words, misconfigured=is_of_us(status))


def named(status: int) -> tuple[str, str]:
    """A status' name and what it says; a vendor's own (0x400-0x4FF and what else is made up) by its number."""
    if status in SmppCommandStatus._value2member_map_:
        known = SmppCommandStatus(status)
        return known.name, known.description
    return f"0x{status:08X}", _LATER_ONES.get(status, "a status of the centre's own")
