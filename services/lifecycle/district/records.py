"""What is recorded along the way: support, duties, the roster of institutions, corrections (三, 五（一）（三）)."""

from __future__ import annotations

from typing import TypeAlias

from services.lifecycle import rules
from services.lifecycle.district.commands import CorrectRecord, RecordSupport, ReportDuty, UpdateRoster
from services.lifecycle.district.permission import said, uploaded
from services.lifecycle.district.state import District, Standing
from shared.contracts.core import Event, Outcome, Reason, Refusal
from shared.contracts.lifecycle import DutyReported, RecordCorrected, RosterUpdated, SupportRecorded
from shared.contracts.refusing import first, unless
from shared.programme.forms import Institution, distinct_roster
from shared.programme.policy import policy
from shared.programme.record import blank_part, decide_correction
from shared.programme.values.uscc import Uscc, UsccError

RecordCommand: TypeAlias = RecordSupport | ReportDuty | UpdateRoster


def decide_record(state: Standing, command: RecordCommand) -> Outcome:
    """What comes of a command that records what was done."""
    match command:
        case RecordSupport():
            return _support(state.district, command)
        case ReportDuty():
            return _duty(state.district, command)
        case UpdateRoster():
            return _roster(state.district, command)


def correct(district: District, command: CorrectRecord) -> Outcome:
    """Correct the record of a district at any stage, even of one whose title is revoked."""
    if command.recorded is None:
        return Refusal(rules.CORRECTS_OWN_EVENT, field="corrects")
    blank = blank_part(command)
    refusal = first(
        unless(blank is None, rules.TEXT_GIVEN, field=blank or ""),
        unless(command.was != command.now, rules.CORRECTION_CHANGES, field="now"),
    )
    return refusal or decide_correction(command, command.recorded, RecordCorrected, district.records)


def _once(district: District, event: Event) -> Outcome:
    return () if event in district.records else (event,)


def _support(district: District, command: RecordSupport) -> Outcome:
    actor, on = command.context.actor, command.context.effective_on
    refusal = first(
        unless(command.held_on <= on, rules.NOT_IN_FUTURE, field="held_on"),
        unless(command.held_on >= district.designated_on, rules.NOT_BEFORE_DESIGNATION, field="held_on"),
        said(command.findings, "findings"),
    )
    return refusal or _once(
        district,
        SupportRecorded(
            case_id=district.case_id,
            kind=command.kind,
            held_on=command.held_on,
            by_office=actor.office,
            findings=command.findings,
        ),
    )


def _duty(district: District, command: ReportDuty) -> Outcome:
    refusal = first(said(command.text, "text"), uploaded(command.not_uploaded))
    return refusal or _once(
        district,
        DutyReported(case_id=district.case_id, duty=command.duty, text=command.text, evidence=command.evidence),
    )


def _roster(district: District, command: UpdateRoster) -> Outcome:
    on = command.context.effective_on
    largest = policy(district.policy_version).roster_max
    newest = district.roster_as_of or district.designated_on
    refusal = first(
        unless(1 <= len(command.institutions) <= largest, rules.ROSTER_FITS, f"1-{largest}", field="institutions"),
        unless(command.as_of <= on, rules.NOT_IN_FUTURE, field="as_of"),
        unless(command.as_of >= district.designated_on, rules.NOT_BEFORE_DESIGNATION, field="as_of"),
        unless(command.as_of >= newest, rules.ROSTER_IN_ORDER, newest.isoformat(), field="as_of"),
        _wrong_codes(command.institutions),
    )
    if refusal:
        return refusal
    institutions = distinct_roster(command.institutions)
    if (district.roster_as_of, district.institutions) == (command.as_of, institutions):
        return ()
    return (RosterUpdated(case_id=district.case_id, as_of=command.as_of, institutions=institutions),)


def _wrong_codes(institutions: tuple[Institution, ...]) -> Refusal | None:
    reasons = tuple(
        reason for place, one in enumerate(institutions) if (reason := _wrong_code(f"institutions.{place}", one))
    )
    return Refusal(rules.USCC_HOLDS, field=reasons[0].field, reasons=reasons) if reasons else None


def _wrong_code(place: str, institution: Institution) -> Reason | None:
    if not institution.name.strip():
        return Reason(f"{place}.name", rules.TEXT_GIVEN.name, "三（二）", "Name the institution", "请填写机构名称")
    try:
        Uscc.parse(institution.uscc)
    except UsccError as error:
        clause = rules.USCC_HOLDS.clause
        return Reason(f"{place}.uscc", rules.USCC_HOLDS.name, clause, error.message_en, error.message_zh)
    return None
