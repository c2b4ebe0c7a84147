"""How each event changes a case. Never refuses; an event that a stage does not know leaves it as it is."""

from __future__ import annotations

from dataclasses import replace

from services.review.case.packet import Packet, still_open
from services.review.case.state import (
    Accepted,
    Assessment,
    CaseFile,
    CaseHolder,
    Closed,
    Concluded,
    Correcting,
    CorrectionNotice,
    Examining,
    InPublicity,
    Judgement,
    MaterialReview,
    Objection,
    OnFile,
    OnSite,
    Panel,
    Publicised,
    PublicityOver,
    Stage,
    UnderReview,
    Unopened,
    Visit,
    WithPanel,
)
from shared.contracts import review as events
from shared.contracts.core import Event
from shared.programme.forms import Finding
from shared.programme.vocabulary import TimeLimit


def evolve(state: Stage, event: Event) -> Stage:
    """The stage of the case after an event."""
    match event:
        case events.CaseOpened() if isinstance(state, Unopened):
            return _opened(event)
        case events.CaseClaimed() | events.CaseHandedOver() if isinstance(state, OnFile):
            holder = CaseHolder(subject=event.holder, name=event.holder_name)
            return replace(state, file=replace(state.file, holder=holder))
        case events.CaseReleased() if isinstance(state, OnFile):
            return replace(state, file=replace(state.file, holder=None))
        case events.FormalExaminationOverdue() if isinstance(state, Examining):
            return replace(state, alerted=True)
        case events.DeadlineRecounted():
            return _recounted(state, event)
        case events.CorrectionNoticeIssued() if isinstance(state, Examining | Correcting):
            return _told(state, event)
        case events.CorrectionOverdue() if isinstance(state, Correcting):
            return replace(state, lapsed=True)
        case events.CorrectionReceived() if isinstance(state, Examining | Correcting):
            return _corrected(state, event)
        case events.ApplicationAccepted() if isinstance(state, Examining | Correcting):
            return Accepted(file=state.file, assessment=Assessment())
        case events.EligibilityAssessed() if isinstance(state, Accepted):
            return replace(state, assessment=replace(state.assessment, conditions=event.conditions))
        case events.JudgementGiven() if isinstance(state, Accepted):
            return _judged(state, event)
        case events.PanelConvened() if isinstance(state, Accepted):
            return _convened(state, event)
        case events.ImpartialityDeclared() if isinstance(state, WithPanel):
            return replace(state, panel=replace(state.panel, impartial=(*state.panel.impartial, event.expert_id)))
        case events.ExpertRecused() if isinstance(state, UnderReview):
            return replace(state, panel=_without(state.panel, event.expert_id))
        case events.ExpertReplaced() if isinstance(state, UnderReview):
            return replace(state, panel=_with(state.panel, event))
        case events.ScoreSheetSubmitted() if isinstance(state, UnderReview):
            return replace(state, panel=replace(state.panel, sheets=(*state.panel.sheets, event)))
        case events.MaterialReviewConcluded() if isinstance(state, UnderReview):
            return OnSite(file=state.file, assessment=state.assessment, panel=state.panel, visit=state.visit)
        case events.MaterialReviewReopened() if isinstance(state, UnderReview):
            return MaterialReview(file=state.file, assessment=state.assessment, panel=state.panel, visit=state.visit)
        case events.SiteVisitScheduled() if isinstance(state, UnderReview):
            return replace(state, visit=Visit(visit_on=event.visit_on, visitors=event.visitors))
        case events.SiteVisitRescheduled() if isinstance(state, UnderReview) and state.visit is not None:
            return replace(state, visit=replace(state.visit, visit_on=event.visit_on, reason=event.reason))
        case events.SiteVisitReported() if isinstance(state, UnderReview) and state.visit is not None:
            return replace(state, visit=replace(state.visit, report=event))
        case events.PanelConcluded() if isinstance(state, UnderReview) and state.visit is not None:
            return _concluded(state, state.visit, event)
        case events.PublicityStarted() if isinstance(state, Concluded):
            return _publicised(state, event)
        case events.ObjectionFiled() if isinstance(state, Publicised):
            return replace(state, objections=(*state.objections, _objection(event)))
        case events.ObjectionsSetAside() if isinstance(state, Publicised):
            return replace(state, objections=tuple(_set_aside(event, objection) for objection in state.objections))
        case events.ObjectionAnswered() if isinstance(state, Publicised):
            return replace(state, objections=tuple(_answered(event, objection) for objection in state.objections))
        case events.PublicityEnded() if isinstance(state, InPublicity):
            return _publicity_over(state)
        case (
            events.AcceptanceRefused()
            | events.DesignationApproved()
            | events.NotYetConfirmed()
            | events.ReviewDiscontinued()
        ) if not isinstance(state, Unopened | Closed):
            return Closed(file=state.file, ending=event, was=state)
        case events.RecordCorrected() if isinstance(state, OnFile):
            return replace(state, file=replace(state.file, record_corrections=(*state.file.record_corrections, event)))
        case _:
            return state


def _opened(event: events.CaseOpened) -> Examining:
    file = CaseFile(
        case_id=event.case_id,
        place=event.place,
        packet=_packet(event, event.defects),
        first_packet_sha256=event.packet_sha256,
        filed_by=event.filed_by,
        policy_version=event.policy_version,
    )
    return Examining(file=file, due=event.formal_examination_due)


def _packet(event: events.CaseOpened | events.CorrectionReceived, defects: tuple[Finding, ...]) -> Packet:
    return Packet(
        form=event.form,
        county_unit=event.county_unit,
        key_unit=event.key_unit,
        attachments=event.attachments,
        seals=event.seals,
        sha256=event.packet_sha256,
        defects=defects,
    )


def _recounted(state: Stage, event: events.DeadlineRecounted) -> Stage:
    match state, event.matter:
        case Examining(), TimeLimit.FORMAL_EXAMINATION:
            return replace(state, due=event.now)
        case Correcting(notices=(*before, last)), TimeLimit.CORRECTION:
            return replace(state, notices=(*before, replace(last, due=event.now)))
        case InPublicity(), TimeLimit.PUBLICITY:
            return replace(state, ends=event.now)
        case _:
            return state


def _told(state: Examining | Correcting, event: events.CorrectionNoticeIssued) -> Correcting:
    notice = CorrectionNotice(notice_no=event.notice_no, items=event.items, due=event.due)
    return Correcting(file=state.file, notices=(*state.notices, notice))


def _corrected(state: Examining | Correcting, event: events.CorrectionReceived) -> Examining:
    file = replace(
        state.file,
        packet=_packet(event, still_open(state.file.packet.defects, event.changed_parts)),
        filed_by=tuple(dict.fromkeys((*state.file.filed_by, *event.filed_by))),
    )
    return Examining(
        file=file,
        due=event.formal_examination_due,
        notices=state.notices,
        changed_parts=frozenset(event.changed_parts),
    )


def _judged(state: Accepted, event: events.JudgementGiven) -> Accepted:
    judgement = Judgement(condition=event.condition, met=event.met, reason=event.reason, given_by=event.given_by)
    return replace(state, assessment=replace(state.assessment, judgements=(*state.assessment.judgements, judgement)))


def _convened(state: Accepted, event: events.PanelConvened) -> MaterialReview:
    panel = Panel(
        convened=event.experts,
        convened_reserves=event.reserves,
        members=event.experts,
        reserves=event.reserves,
        declare_first=event.declare_first,
    )
    return MaterialReview(file=state.file, assessment=state.assessment, panel=panel)


def _without(panel: Panel, expert_id: str) -> Panel:
    seated = expert_id in panel.member_ids
    return replace(
        panel,
        members=tuple(expert for expert in panel.members if expert.expert_id != expert_id),
        reserves=tuple(expert for expert in panel.reserves if expert.expert_id != expert_id),
        recused=(*panel.recused, expert_id),
        empty_seats=(*panel.empty_seats, expert_id) if seated else panel.empty_seats,
    )


def _with(panel: Panel, event: events.ExpertReplaced) -> Panel:
    return replace(
        panel,
        members=(*panel.members, event.replacement),
        reserves=tuple(expert for expert in panel.reserves if expert.expert_id != event.replacement.expert_id),
        empty_seats=tuple(seat for seat in panel.empty_seats if seat != event.expert_id),
    )


def _concluded(state: UnderReview, visit: Visit, event: events.PanelConcluded) -> Concluded:
    return Concluded(file=state.file, assessment=state.assessment, panel=state.panel, visit=visit, conclusion=event)


def _publicised(state: Concluded, event: events.PublicityStarted) -> InPublicity:
    return InPublicity(
        file=state.file,
        assessment=state.assessment,
        panel=state.panel,
        visit=state.visit,
        conclusion=state.conclusion,
        starts_on=event.starts_on,
        ends=event.ends,
    )


def _publicity_over(state: InPublicity) -> PublicityOver:
    return PublicityOver(
        file=state.file,
        assessment=state.assessment,
        panel=state.panel,
        visit=state.visit,
        conclusion=state.conclusion,
        starts_on=state.starts_on,
        ends=state.ends,
        objections=state.objections,
    )


def _objection(event: events.ObjectionFiled) -> Objection:
    return Objection(objection_id=event.objection_id, objector=event.objector, text=event.text, client=event.client)


def _set_aside(event: events.ObjectionsSetAside, objection: Objection) -> Objection:
    return replace(objection, set_aside=event.reason) if objection.objection_id in event.objection_ids else objection


def _answered(event: events.ObjectionAnswered, objection: Objection) -> Objection:
    if objection.objection_id != event.objection_id:
        return objection
    return replace(objection, upheld=event.upheld, answer=event.answer, set_aside="")
