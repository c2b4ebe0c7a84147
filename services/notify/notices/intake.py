"""Who is told of the steps from the draft to the province, 四（一）and 四（三）."""

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
from shared.contracts import intake as intake_events
from shared.contracts.intake import Sealer

_ANSWERED = (
    intake_events.ApplicationEndorsed,
    intake_events.EndorsementDeclined,
    intake_events.ApplicationReturned,
    intake_events.SealVoided,
    intake_events.ApplicationFiled,
    *CASE_OVER,
)
"""What ends the wait for a city's opinion."""

NOTICES: tuple[NoticeRule, ...] = (
    notice("draft-opened", intake_events.DraftOpened, mail=APPLICANTS),
    notice("place-rerouted", intake_events.PlaceRerouted, mail=APPLICANTS, untrue_after=(intake_events.PlaceRerouted,)),
    notice("packet-sealed", intake_events.PacketSealed, mail=APPLICANTS),
    notice(
        "seal-voided",
        intake_events.SealVoided,
        mail=APPLICANTS,
        untrue_after=(intake_events.ApplicationFiled, intake_events.ApplicationWithdrawn),
    ),
    notice(
        "city-seal-voided",
        intake_events.SealVoided,
        mail=(ENDORSER,),
        unless=lambda e: e.sealer is not Sealer.CITY,
        untrue_after=(
            intake_events.CorrectionFiled,
            intake_events.ApplicationFiled,
            intake_events.ApplicationWithdrawn,
        ),
    ),
    notice(
        "filing-blocked",
        intake_events.FilingBlocked,
        mail=APPLICANTS,
        untrue_after=(
            intake_events.FilingBlocked,
            intake_events.EndorsementRequested,
            intake_events.ApplicationFiled,
            intake_events.ApplicationWithdrawn,
        ),
    ),
    notice(
        "endorsement-requested",
        intake_events.EndorsementRequested,
        mail=(ENDORSER, COUNTY),
        sms=(ENDORSER,),
        statutory=True,
        untrue_after=(intake_events.EndorsementRequested, *_ANSWERED),
    ),
    notice("application-endorsed", intake_events.ApplicationEndorsed, mail=APPLICANTS, statutory=True),
    notice("endorsement-declined", intake_events.EndorsementDeclined, mail=APPLICANTS, sms=(COUNTY,), statutory=True),
    notice("application-returned", intake_events.ApplicationReturned, mail=APPLICANTS, sms=(COUNTY,), statutory=True),
    notice(
        "endorsement-escalated",
        intake_events.EndorsementEscalated,
        mail=(ENDORSER, PROVINCE, COUNTY),
        sms=(ENDORSER,),
        statutory=True,
        untrue_after=_ANSWERED,
    ),
    notice("paper-keyed", intake_events.PaperApplicationKeyed, mail=APPLICANTS),
    notice(
        "paper-endorsement-requested",
        intake_events.PaperApplicationKeyed,
        mail=(ENDORSER,),
        sms=(ENDORSER,),
        unless=lambda e: e.endorsement_due is None,
        statutory=True,
        untrue_after=_ANSWERED,
    ),
    notice(
        "application-filed",
        intake_events.ApplicationFiled,
        mail=(COUNTY, KEY_UNIT, ENDORSER, PROVINCE),
        sms=(COUNTY, PROVINCE),
        statutory=True,
    ),
    notice(
        "application-withdrawn",
        intake_events.ApplicationWithdrawn,
        mail=(COUNTY, KEY_UNIT, ENDORSER, PROVINCE),
        statutory=True,
    ),
    notice("correction-filed", intake_events.CorrectionFiled, mail=(COUNTY, KEY_UNIT, PROVINCE)),
    notice("unit-corrected", intake_events.UnitCorrected, mail=APPLICANTS),
    notice("intake-record-corrected", intake_events.RecordCorrected, mail=(COUNTY, KEY_UNIT, PROVINCE), statutory=True),
)
