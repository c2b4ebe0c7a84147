"""What happens to an application, in both languages: the Chinese term is the event's own."""

from __future__ import annotations

from typing import Final

from services.portal.desks.words import Bilingual
from shared.contracts import intake as intake_events
from shared.contracts.core import Event, event_type, persons_of
from shared.programme.values.offices import Office

_ENGLISH: Final[dict[type[Event], str]] = {
    intake_events.DraftOpened: "Application opened",
    intake_events.PlaceRerouted: "Another office became competent",
    intake_events.FormRevised: "Form saved",
    intake_events.AttachmentAdded: "Document added",
    intake_events.AttachmentRemoved: "Document taken out",
    intake_events.PacketSealed: "Seal set",
    intake_events.SealVoided: "Seal became void",
    intake_events.FilingBlocked: "Not sent: conditions are not met",
    intake_events.EndorsementRequested: "Sent to the city",
    intake_events.ApplicationEndorsed: "The city agreed",
    intake_events.EndorsementDeclined: "The city did not agree",
    intake_events.ApplicationReturned: "Returned for changes",
    intake_events.EndorsementEscalated: "The city let its time pass",
    intake_events.PaperApplicationKeyed: "Paper filing recorded",
    intake_events.ApplicationFiled: "Filed with the province",
    intake_events.ApplicationWithdrawn: "Taken back",
    intake_events.CorrectionOpened: "Correction notice arrived",
    intake_events.CorrectionFiled: "Correction sent",
    intake_events.UnitCorrected: "Unit put right",
    intake_events.ApplicationClosed: "Review ended",
    intake_events.RecordCorrected: "Record corrected",
    intake_events.DeadlineRecounted: "Last day counted again",
}
ENGLISH: Final = {event_type(kind).name: words for kind, words in _ENGLISH.items()}
_OFFICES: Final = {
    "county": Bilingual("县（区）", "County"),
    "unit": Bilingual("服务业重点单位", "Key unit"),
    "city": Bilingual("市（州）", "City"),
    "province": Bilingual("省科技厅", "Province"),
}
_NOBODY: Final = Bilingual("", "")
_FOLLOWING: Final = {event_type(kind).name for kind in (intake_events.SealVoided, intake_events.PlaceRerouted)}
"""Events that follow from another, whoever did that."""


def named_event(kind: str, term: str) -> Bilingual:
    """What an event of that type is called."""
    return Bilingual(term, ENGLISH.get(kind, term))


def who_did(kind: str, office: str, actor: str = "") -> Bilingual:
    """What the kind of an office is called that did it, and whether one of its people did it for another; nothing for
    what only follows."""
    who = _NOBODY if kind in _FOLLOWING else _OFFICES.get(Office.parse(office).kind, _NOBODY)
    for_another = who is not _NOBODY and persons_of(actor)[1]
    return Bilingual(f"{who.zh}（代办）", f"{who.en}, on behalf of a colleague") if for_another else who


__all__ = ["ENGLISH", "named_event", "who_did"]
