"""How each event changes a case. Never refuses; an event that a stage does not know leaves it as it is."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

from services.review.case.packet import Packet, still_open
from services.review.case.stages import (
    Accepted,
    Closed,
    Concluded,
    Correcting,
    Examining,
    InPublicity,
    Judgement,
    MaterialReview,
    Notice,
    Objection,
    OnFile,
    OnSite,
    Panel,
    Publicised,
    PublicityOver,
    Stage,
    Unopened,
    Visit,
)
from shared.contracts import review as happened
from shared.contracts.core import Event

T = TypeVar("T", bound=OnFile)


def evolve(state: Stage, event: Event) -> Stage:
    """The stage of the case after an event."""
    match state:
        case Unopened():
            return _open(event) if isinstance(event, happened.CaseOpened) else state
        case Closed():
            return _record(state, event)
        case OnFile() if _ends(event):
            return _carry(state, Closed, ending=event, was=state)
        case Examining() | Correcting():
            return _examination(state, event)
        case MaterialReview() | OnSite():
            return _panel(state, event)
        case Concluded():
            return _publicity(state, event)
        case Accepted():
            return _accepted(state, event)


def _carry(state: OnFile, into: type[T], **known: Any) -> T:
    """The next stage, with all that both stages have."""
    names = {one.name for one in fields(into)} - set(known)
    kept: dict[str, Any] = {one.name: getattr(state, one.name) for one in fields(state) if one.name in names}
    return into(**kept, **known)


def _open(event: happened.CaseOpened) -> Examining:
    packet = Packet(
        form=event.form,
        county_unit=event.county_unit,
        key_unit=event.key_unit,
        attachments=event.attachments,
        seals=event.seals,
        sha256=event.packet_sha256,
        defects=event.defects,
    )
    return Examining(
        case_id=event.case_id,
        place=event.place,
        packet=packet,
        first_packet_sha256=event.packet_sha256,
        filed_by=event.filed_by,
        policy_version=event.policy_version,
        due=event.formal_examination_due,
    )


def _ends(event: Event) -> bool:
    return isinstance(
        event,
        happened.AcceptanceRefused
        | happened.DesignationApproved
        | happened.NotYetConfirmed
        | happened.ReviewDiscontinued,
    )


def _record(state: T, event: Event) -> T:
    if isinstance(event, happened.RecordCorrected):
        return replace(state, corrections=(*state.corrections, event))
    return state


def _examination(state: Examining | Correcting, event: Event) -> Stage:
    match event:
        case happened.FormalExaminationOverdue() if isinstance(state, Examining):
            return replace(state, alerted=True)
        case happened.CorrectionNoticeIssued():
            notice = Notice(notice_no=event.notice_no, items=event.items, due=event.due)
            return _carry(state, Correcting, notices=(*state.notices, notice))
        case happened.CorrectionOverdue() if isinstance(state, Correcting):
            return replace(state, lapsed=True)
        case happened.CorrectionReceived():
            return _corrected(state, event)
        case happened.ApplicationAccepted():
            return _carry(state, Accepted)
        case _:
            return _record(state, event)


def _corrected(state: Examining | Correcting, event: happened.CorrectionReceived) -> Examining:
    packet = Packet(
        form=event.form,
        county_unit=event.county_unit,
        key_unit=event.key_unit,
        attachments=event.attachments,
        seals=event.seals,
        sha256=event.packet_sha256,
        defects=still_open(state.packet.defects, event.changed_parts),
    )
    return _carry(
        state,
        Examining,
        packet=packet,
        filed_by=tuple(dict.fromkeys((*state.filed_by, *event.filed_by))),
        due=event.formal_examination_due,
        alerted=False,
        changed_parts=frozenset(event.changed_parts),
    )


A = TypeVar("A", bound=Accepted)


def _conditions(state: A, event: Event) -> A:
    match event:
        case happened.EligibilityAssessed():
            return replace(state, conditions=event.conditions)
        case happened.JudgementGiven():
            given = Judgement(condition=event.condition, met=event.met, reason=event.reason, given_by=event.given_by)
            return replace(state, judgements=(*state.judgements, given))
        case _:
            return _record(state, event)


def _accepted(state: Accepted, event: Event) -> Stage:
    if isinstance(event, happened.PanelConvened):
        panel = Panel(
            convened=event.experts, convened_reserves=event.reserves, members=event.experts, reserves=event.reserves
        )
        return _carry(state, MaterialReview, panel=panel)
    return _conditions(state, event)


def _panel(state: MaterialReview | OnSite, event: Event) -> Stage:
    match event:
        case happened.ExpertRecused():
            return replace(state, panel=_without(state.panel, event.expert_id))
        case happened.ExpertReplaced():
            return replace(state, panel=_with(state.panel, event))
        case happened.ScoreSheetSubmitted():
            return replace(state, panel=replace(state.panel, sheets=(*state.panel.sheets, event)))
        case happened.MaterialReviewConcluded():
            return _carry(state, OnSite)
        case happened.MaterialReviewReopened():
            return _carry(state, MaterialReview)
        case happened.PanelConcluded() if state.visit is not None:
            return _carry(state, Concluded, conclusion=event)
        case _:
            return _visit(state, event)


def _visit(state: MaterialReview | OnSite, event: Event) -> Stage:
    match event:
        case happened.SiteVisitScheduled():
            return replace(state, visit=Visit(visit_on=event.visit_on, visitors=event.visitors))
        case happened.SiteVisitRescheduled() if state.visit is not None:
            return replace(state, visit=replace(state.visit, visit_on=event.visit_on, reason=event.reason))
        case happened.SiteVisitReported() if state.visit is not None:
            return replace(state, visit=replace(state.visit, report=event))
        case _:
            return _conditions(state, event)


def _without(panel: Panel, expert_id: str) -> Panel:
    seated = expert_id in panel.member_ids
    return replace(
        panel,
        members=tuple(one for one in panel.members if one.expert_id != expert_id),
        reserves=tuple(one for one in panel.reserves if one.expert_id != expert_id),
        recused=(*panel.recused, expert_id),
        empty_seats=(*panel.empty_seats, expert_id) if seated else panel.empty_seats,
    )


def _with(panel: Panel, event: happened.ExpertReplaced) -> Panel:
    return replace(
        panel,
        members=(*panel.members, event.replacement),
        reserves=tuple(one for one in panel.reserves if one.expert_id != event.replacement.expert_id),
        empty_seats=tuple(one for one in panel.empty_seats if one != event.expert_id),
    )


def _publicity(state: Concluded, event: Event) -> Stage:
    match event:
        case happened.PublicityStarted():
            return _carry(state, InPublicity, starts_on=event.starts_on, ends=event.ends)
        case happened.PublicityEnded() if isinstance(state, InPublicity):
            return _carry(state, PublicityOver)
        case happened.ObjectionFiled() if isinstance(state, Publicised):
            filed = Objection(
                objection_id=event.objection_id, objector=event.objector, text=event.text, client=event.client
            )
            return replace(state, objections=(*state.objections, filed))
        case happened.ObjectionsSetAside() if isinstance(state, Publicised):
            return replace(state, objections=tuple(_set_aside(one, event) for one in state.objections))
        case happened.ObjectionAnswered() if isinstance(state, Publicised):
            return replace(state, objections=tuple(_answered(one, event) for one in state.objections))
        case _:
            return _conditions(state, event)


def _set_aside(objection: Objection, event: happened.ObjectionsSetAside) -> Objection:
    return replace(objection, set_aside=event.reason) if objection.objection_id in event.objection_ids else objection


def _answered(objection: Objection, event: happened.ObjectionAnswered) -> Objection:
    if objection.objection_id != event.objection_id:
        return objection
    return replace(objection, upheld=event.upheld, answer=event.answer, set_aside="")
