"""Whom steps from the draft to the province tell, 四（一）and 四（三）."""

from __future__ import annotations

from services.notify.notices.rule import (
    APPLICANTS,
    CASE_OVER,
    COUNTY,
    ENDORSER,
    KEY_UNIT,
    PROVINCE,
    NoticeRule,
    notice,
)
from shared.contracts.intake import (
    ApplicationEndorsed,
    ApplicationFiled,
    ApplicationReturned,
    ApplicationWithdrawn,
    CorrectionFiled,
    DraftOpened,
    EndorsementDeclined,
    EndorsementEscalated,
    EndorsementRequested,
    FilingBlocked,
    PacketSealed,
    PaperApplicationKeyed,
    PlaceRerouted,
    RecordCorrected,
    SealVoided,
    UnitCorrected,
)

_ANSWERED = (ApplicationEndorsed, EndorsementDeclined, ApplicationReturned, SealVoided, ApplicationFiled, *CASE_OVER)
"""What ends the wait for a city's opinion."""

NOTICES: tuple[NoticeRule, ...] = (
    notice("draft-opened", DraftOpened, mail=APPLICANTS),
    notice("place-rerouted", PlaceRerouted, mail=APPLICANTS, untrue_after=(PlaceRerouted,)),
    notice("packet-sealed", PacketSealed, mail=APPLICANTS),
    notice("seal-voided", SealVoided, mail=APPLICANTS, untrue_after=(ApplicationFiled, ApplicationWithdrawn)),
    notice(
        "filing-blocked",
        FilingBlocked,
        mail=APPLICANTS,
        untrue_after=(FilingBlocked, EndorsementRequested, ApplicationFiled, ApplicationWithdrawn),
    ),
    notice(
        "endorsement-requested",
        EndorsementRequested,
        mail=(ENDORSER, COUNTY),
        sms=(ENDORSER,),
        statutory=True,
        untrue_after=(EndorsementRequested, *_ANSWERED),
    ),
    notice("application-endorsed", ApplicationEndorsed, mail=APPLICANTS, statutory=True),
    notice("endorsement-declined", EndorsementDeclined, mail=APPLICANTS, sms=(COUNTY,), statutory=True),
    notice("application-returned", ApplicationReturned, mail=APPLICANTS, sms=(COUNTY,), statutory=True),
    notice(
        "endorsement-escalated",
        EndorsementEscalated,
        mail=(ENDORSER, PROVINCE, COUNTY),
        sms=(ENDORSER,),
        statutory=True,
        untrue_after=_ANSWERED,
    ),
    notice("paper-keyed", PaperApplicationKeyed, mail=APPLICANTS),
    notice(
        "paper-endorsement-requested",
        PaperApplicationKeyed,
        mail=(ENDORSER,),
        sms=(ENDORSER,),
        unless=lambda e: e.endorsement_due is None,
        statutory=True,
        untrue_after=_ANSWERED,
    ),
    notice(
        "application-filed",
        ApplicationFiled,
        mail=(COUNTY, KEY_UNIT, ENDORSER, PROVINCE),
        sms=(COUNTY, PROVINCE),
        statutory=True,
    ),
    notice("application-withdrawn", ApplicationWithdrawn, mail=(COUNTY, KEY_UNIT, ENDORSER, PROVINCE), statutory=True),
    notice("correction-filed", CorrectionFiled, mail=(COUNTY, KEY_UNIT, PROVINCE)),
    notice("unit-corrected", UnitCorrected, mail=APPLICANTS),
    notice("intake-record-corrected", RecordCorrected, mail=(COUNTY, KEY_UNIT, PROVINCE), statutory=True),
)
