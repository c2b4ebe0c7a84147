"""Corrections of the packet: the one-time notice, its answer, and the end of the time to answer."""

from __future__ import annotations

from services.review import rules
from services.review.case import commands
from services.review.case.packet import Packet, changed_parts, part_of
from services.review.case.state import Correcting, Examining, OnFile
from shared.contracts import review as events
from shared.contracts.core import Outcome, Reason, Refusal
from shared.contracts.refusing import first, unless
from shared.programme.dates.announced import calendar


def issue_notice(state: OnFile, command: commands.IssueCorrectionNotice) -> Outcome:
    """One notice with everything that is to be corrected."""
    if isinstance(state, Correcting):
        same = state.notices[-1].items == command.items
        return unless(same, rules.CORRECTIONS_ARE_TOLD_AT_ONCE) or ()
    if not isinstance(state, Examining):
        return Refusal(rules.EXAMINATION_IS_UNDER_WAY)
    days = state.file.policy.correction_working_days
    return first(
        unless(bool(command.items), rules.NOTICE_HAS_ITEMS, field="items"),
        *(_wrong_item(state, item, f"items.{index}") for index, item in enumerate(command.items)),
    ) or (
        events.CorrectionNoticeIssued(
            case_id=state.file.case_id,
            notice_no=len(state.notices) + 1,
            items=command.items,
            due=calendar(command.context.calendar).add_working_days(command.context.effective_on, days),
        ),
    )


def _wrong_item(state: Examining, item: Reason, field: str) -> Refusal | None:
    says_something = bool(item.message.strip() or item.message_zh.strip())
    return first(
        unless(part_of(item.field) is not None, rules.NOTICE_NAMES_A_PART, item.field, field=f"{field}.field"),
        unless(says_something, rules.TEXT_IS_GIVEN, field=f"{field}.message"),
        unless(_may_raise(state, item), rules.NO_NEW_POINT_ON_UNCHANGED_PART, item.field, field=f"{field}.field"),
    )


def _may_raise(state: Examining, item: Reason) -> bool:
    """The first notice raises any point; a later one those on a part that changed, and those told before."""
    raised = {(point.field, point.rule) for notice in state.notices for point in notice.items}
    return not state.notices or part_of(item.field) in state.changed_parts or (item.field, item.rule) in raised


def receive_correction(state: OnFile, command: commands.ReceiveCorrection) -> Outcome:
    """The corrected packet replaces the one before; the formal examination is due again."""
    correction = command.correction
    if not isinstance(state, Correcting):
        received = state.file.packet.sha256 == correction.packet_sha256
        return unless(received, rules.CORRECTION_ANSWERS_A_NOTICE, field="notice_no") or ()
    if state.notices[-1].notice_no != correction.notice_no:
        return Refusal(rules.CORRECTION_ANSWERS_A_NOTICE, field="notice_no")
    file = state.file
    after = Packet(
        form=correction.form,
        county_unit=correction.county_unit,
        key_unit=correction.key_unit,
        attachments=correction.attachments,
        seals=correction.seals,
        sha256=correction.packet_sha256,
        defects=file.packet.defects,
    )
    days, days_of = file.policy.formal_examination_working_days, calendar(command.context.calendar)
    return (
        events.CorrectionReceived(
            case_id=file.case_id,
            notice_no=correction.notice_no,
            form=correction.form,
            county_unit=correction.county_unit,
            key_unit=correction.key_unit,
            attachments=correction.attachments,
            seals=correction.seals,
            packet_sha256=correction.packet_sha256,
            changed_parts=changed_parts(file.packet, after),
            filed_by=correction.filed_by,
            formal_examination_due=days_of.add_working_days(correction.filed_on, days),
        ),
    )


def lapse_correction(state: OnFile, command: commands.LapseCorrection) -> Outcome:
    """The time to answer ran out. It is recorded; nothing is refused by it."""
    if not isinstance(state, Correcting) or state.lapsed or state.notices[-1].due.on != command.due_on:
        return ()
    last = state.notices[-1]
    return (events.CorrectionOverdue(case_id=state.file.case_id, notice_no=last.notice_no, due=last.due),)
