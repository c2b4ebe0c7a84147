"""What an awaited act is: what begins, changes and ends it. Those of the drafting and filing of an application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from shared.contracts import intake as intake_events
from shared.contracts import review as review_events
from shared.contracts.core import Due, Envelope, Event
from shared.contracts.intake import Sealer
from shared.programme.vocabulary import TimeLimit
from shared.projections.projection import Row


class WhoseTurn(StrEnum):
    """Whose turn it is."""

    COUNTY = "county"
    APPLICANTS = "applicants"
    """The county, the key unit, or both."""
    CITY = "city"
    PROVINCE = "province"
    LEAD = "province-lead"
    EXPERT = "expert"
    PUBLIC = "public"
    """Nobody's: time passes."""


Begin: TypeAlias = Callable[[Any, Envelope], Row | None]
"""The columns with which an event begins an act; ``None`` where it does not."""
Change: TypeAlias = Callable[[Row, Any, Envelope], Row | None]
"""The columns that an event changes of an act that stands; ``None`` where that ends it."""


@dataclass(frozen=True, kw_only=True)
class AwaitedAct:
    """An act of one office in a case. An event begins, changes or ends it, never two of these."""

    name: str
    holder: WhoseTurn
    begins: Mapping[type[Event], Begin]
    ends: frozenset[type[Event]]
    changes: Mapping[type[Event], Change] = field(default_factory=dict)

    @property
    def touched_by(self) -> frozenset[type[Event]]:
        """The event classes that matter to it."""
        return frozenset(self.begins) | frozenset(self.changes) | self.ends


def at_once(_event: Any, _envelope: Envelope) -> Row:
    """Begin, with no last day."""
    return {}


def by(name: str) -> Begin:
    """Begin with the last day that a field of the event says (``Due``); not where it says none."""

    def begin(event: Any, _envelope: Envelope) -> Row | None:
        due: Due | None = getattr(event, name)
        return None if due is None else {"due_on": due.on}

    return begin


def recounted(matter: TimeLimit) -> Change:
    """Another last day, where that of the matter was counted again."""

    def change(_row: Row, event: Any, _envelope: Envelope) -> Row:
        return {"due_on": event.now.on} if event.matter is matter else {}

    return change


def without(row: Row, *gone: object) -> list[Any]:
    """What is still open of an act, less what was done."""
    return [part for part in row["parts"] if part not in gone]


_APPLICANTS = [Sealer.COUNTY.value, Sealer.KEY_UNIT.value]
_SENT = frozenset(
    {intake_events.EndorsementRequested, intake_events.ApplicationFiled, intake_events.ApplicationWithdrawn}
)


def _unsealed(_event: Any, _envelope: Envelope) -> Row:
    return {"parts": _APPLICANTS}


def _unsealed_yet(_event: Any, _envelope: Envelope) -> Row:
    return {"parts": _APPLICANTS, "ready": False}


def _missing(row: Row, event: Any) -> list[str]:
    """Whose seal is missing after a sealing, or a seal's loss."""
    if isinstance(event, intake_events.PacketSealed):
        return without(row, event.seal.sealer.value)
    lost = event.sealer.value
    return [sealer for sealer in _APPLICANTS if sealer in row["parts"] or sealer == lost]


def _to_seal(row: Row, event: Any, _envelope: Envelope) -> Row:
    missing = _missing(row, event)
    return {"parts": missing, "ready": bool(missing)}


def _to_send(row: Row, event: Any, _envelope: Envelope) -> Row:
    missing = _missing(row, event)
    return {"parts": missing, "ready": not missing}


def _lost(row: Row, event: intake_events.SealVoided, _envelope: Envelope) -> Row:
    return {"ready": row["ready"] or event.sealer is Sealer.CITY}


def _sealed(row: Row, event: intake_events.PacketSealed, _envelope: Envelope) -> Row:
    return {"ready": row["ready"] and event.seal.sealer is not Sealer.CITY}


def _once_lost(event: review_events.CorrectionNoticeIssued, _envelope: Envelope) -> Row:
    return {"due_on": event.due.on, "ready": False}


_CORRECTED = frozenset(
    {
        intake_events.CorrectionFiled,
        intake_events.ApplicationWithdrawn,
        review_events.CorrectionReceived,
        review_events.AcceptanceRefused,
        review_events.ReviewDiscontinued,
    }
)
DRAFTING = (
    AwaitedAct(
        name="complete",
        holder=WhoseTurn.APPLICANTS,
        begins={intake_events.DraftOpened: _unsealed, intake_events.ApplicationReturned: _unsealed},
        changes={intake_events.PacketSealed: _to_seal, intake_events.SealVoided: _to_seal},
        ends=_SENT,
    ),
    AwaitedAct(
        name="send",
        holder=WhoseTurn.COUNTY,
        begins={intake_events.DraftOpened: _unsealed_yet, intake_events.ApplicationReturned: _unsealed_yet},
        changes={intake_events.PacketSealed: _to_send, intake_events.SealVoided: _to_send},
        ends=_SENT,
    ),
    AwaitedAct(
        name="endorse",
        holder=WhoseTurn.CITY,
        begins={
            intake_events.EndorsementRequested: by("due"),
            intake_events.PaperApplicationKeyed: by("endorsement_due"),
        },
        changes={intake_events.DeadlineRecounted: recounted(TimeLimit.ENDORSEMENT)},
        ends=frozenset(
            {
                intake_events.ApplicationEndorsed,
                intake_events.EndorsementDeclined,
                intake_events.ApplicationReturned,
                intake_events.ApplicationFiled,
                intake_events.ApplicationWithdrawn,
            }
        ),
    ),
    AwaitedAct(
        name="correct",
        holder=WhoseTurn.APPLICANTS,
        begins={review_events.CorrectionNoticeIssued: by("due")},
        changes={review_events.DeadlineRecounted: recounted(TimeLimit.CORRECTION)},
        ends=_CORRECTED,
    ),
    AwaitedAct(
        name="seal-again",
        holder=WhoseTurn.CITY,
        begins={review_events.CorrectionNoticeIssued: _once_lost},
        changes={intake_events.SealVoided: _lost, intake_events.PacketSealed: _sealed},
        ends=_CORRECTED,
    ),
)
"""The acts of applicants and cities before a case lies with the province, and the correction that leads back."""

__all__ = ["DRAFTING", "AwaitedAct", "Begin", "Change", "WhoseTurn", "at_once", "by", "recounted", "without"]
