"""What is recorded along the way: support, duties, the roster of institutions, corrections (三, 五（一）（三）)."""

from __future__ import annotations

from services.lifecycle import rules
from services.lifecycle.district import commands
from services.lifecycle.district.checks import text_given, uploaded
from services.lifecycle.district.state import District
from shared.contracts import lifecycle as events
from shared.contracts.core import Event, Outcome, Reason, Refusal
from shared.contracts.refusing import first, unless
from shared.programme.forms import Institution, distinct_roster
from shared.programme.policy import policy
from shared.programme.record import blank_part, decide_correction
from shared.programme.values.uscc import Uscc, UsccError


def correct(district: District, command: commands.CorrectRecord) -> Outcome:
    """Correct the record of a district at any stage, even of one whose title is revoked."""
    if command.recorded is None:
        return Refusal(rules.CORRECTS_OWN_EVENT, field="corrects")
    blank = blank_part(command)
    refusal = first(
        unless(blank is None, rules.TEXT_GIVEN, field=blank or ""),
        unless(command.was != command.now, rules.CORRECTION_CHANGES, field="now"),
    )
    return refusal or decide_correction(command, command.recorded, events.RecordCorrected, district.records)


def support(district: District, command: commands.RecordSupport) -> Outcome:
    """Record what officers did for the district since its designation, once."""
    on = command.context.effective_on
    refusal = first(
        unless(command.held_on <= on, rules.NOT_IN_FUTURE, field="held_on"),
        unless(command.held_on >= district.designated_on, rules.NOT_BEFORE_DESIGNATION, field="held_on"),
        text_given(command.findings, "findings"),
    )
    return refusal or _once(
        district,
        events.SupportRecorded(
            case_id=district.case_id,
            kind=command.kind,
            held_on=command.held_on,
            by_office=command.context.actor.office,
            findings=command.findings,
        ),
    )


def duty(district: District, command: commands.ReportDuty) -> Outcome:
    """Record what the county did about one of its duties, once."""
    refusal = first(text_given(command.text, "text"), uploaded(command.not_uploaded))
    return refusal or _once(
        district,
        events.DutyReported(case_id=district.case_id, duty=command.duty, text=command.text, evidence=command.evidence),
    )


def roster(district: District, command: commands.UpdateRoster) -> Outcome:
    """Record which institutions there were on a day, no earlier than the newest roster; each firm once."""
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
    return (events.RosterUpdated(case_id=district.case_id, as_of=command.as_of, institutions=institutions),)


def _once(district: District, event: Event) -> Outcome:
    return () if event in district.records else (event,)


def _wrong_codes(institutions: tuple[Institution, ...]) -> Refusal | None:
    numbered = enumerate(institutions)
    wrong = (_wrong_code(f"institutions.{number}", institution) for number, institution in numbered)
    reasons = tuple(reason for reason in wrong if reason is not None)
    return Refusal(rules.USCC_HOLDS, field=reasons[0].field, reasons=reasons) if reasons else None


def _wrong_code(field: str, institution: Institution) -> Reason | None:
    if not institution.name.strip():
        return Reason(f"{field}.name", rules.TEXT_GIVEN.name, "三（二）", "Name the institution", "请填写机构名称")
    try:
        Uscc.parse(institution.uscc)
    except UsccError as error:
        clause = rules.USCC_HOLDS.clause
        return Reason(f"{field}.uscc", rules.USCC_HOLDS.name, clause, error.message_en, error.message_zh)
    return None


__all__ = ["correct", "duty", "roster", "support"]
