"""What a person may do to a district now: every act that neither their office nor the district's stage forbids.

Each command is put to the decider with a content that nothing is wrong with. So no rule is written a second time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Final

from services.lifecycle.district import commands, decider
from services.lifecycle.district.commands import DistrictCommand
from services.lifecycle.district.cycle import voluntary_report_due
from services.lifecycle.district.state import District, State, Undesignated
from shared.contracts import lifecycle as events
from shared.contracts.core import Context, Refusal, derived_id
from shared.contracts.lifecycle import Duty, EvidenceLink, SupportKind
from shared.programme.acting import decided
from shared.programme.dates.announced import calendar
from shared.programme.forms import Institution
from shared.programme.policy import policy
from shared.programme.record import Recorded
from shared.programme.values.stored_file import StoredFile
from shared.programme.vocabulary import ServiceCategory

_WORDS: Final = "…"
_EVENT: Final = derived_id("open-acts")
_EVIDENCE: Final = (EvidenceLink(event_id=_EVENT, shows=_WORDS),)
_SUMMARY, _PLAN = (
    StoredFile(sha256(name.encode()).hexdigest(), len(name), "application/pdf", name)
    for name in ("summary.pdf", "plan.pdf")
)
_HALF: Final = Decimal(50)


@dataclass(frozen=True, slots=True)
class OpenAct:
    """An act by its command's name; ``year`` where it concerns one year's report."""

    command: str
    year: int | None = None


def open_acts(state: State, context: Context) -> tuple[OpenAct, ...]:
    """What the actor of ``context`` may do on its day, in the order of a district's life."""
    if isinstance(state, Undesignated):
        return ()
    return tuple(
        OpenAct(type(command).__name__, getattr(command, "year", None))
        for command in _possible(state.district, context)
        if _makes_something_happen(state, command)
    )


def _makes_something_happen(state: State, command: DistrictCommand) -> bool:
    outcome = decided(decider, state, command)
    return not isinstance(outcome, Refusal) and bool(outcome)


def _possible(district: District, context: Context) -> Iterator[DistrictCommand]:
    """Every command of a person, filled in so that only office and stage can refuse it."""
    case_id = district.case_id
    for year in _years(district, context):
        yield commands.FileAnnualReport(context=context, case_id=case_id, year=year, summary=_SUMMARY, plan=_PLAN)
    for report in district.reports:
        yield commands.AcknowledgeReport(context=context, case_id=case_id, year=report.year)
    yield from _along_the_way(district, context)
    yield from _at_the_end(case_id, context)
    yield from _of_the_title(case_id, context)
    yield _correction(district, context)


def _years(district: District, context: Context) -> list[int]:
    """The years that a report may be filed of: those that are owed, and that of the designation while it is in time."""
    first = district.designated_on.year
    law, days = policy(district.policy_version), calendar(context.calendar)
    due = voluntary_report_due(district.designated_on, first, law, days)
    voluntary = {first} if due and context.effective_on <= due.on else set()
    return sorted({report.year for report in district.reports} | voluntary)


def _along_the_way(district: District, context: Context) -> Iterator[DistrictCommand]:
    case_id, today = district.case_id, context.effective_on
    firm = Institution(name=_WORDS, uscc=district.key_unit.uscc, categories=(ServiceCategory.OTHER,))
    yield commands.ReportDuty(context=context, case_id=case_id, duty=Duty.PLANNING, text=_WORDS)
    yield commands.UpdateRoster(context=context, case_id=case_id, as_of=today, institutions=(firm,))
    yield commands.RecordSupport(
        context=context, case_id=case_id, kind=SupportKind.INSPECTION, held_on=today, findings=_WORDS
    )


def _at_the_end(case_id: str, context: Context) -> Iterator[DistrictCommand]:
    yield commands.OpenAssessment(context=context, case_id=case_id)
    yield commands.ConcludeAssessment(
        context=context, case_id=case_id, thinking=_HALF, practice=_HALF, evidence=_EVIDENCE
    )
    yield commands.RecommendNationally(context=context, case_id=case_id)
    yield commands.RetainTitle(context=context, case_id=case_id)
    yield commands.OrderRectification(context=context, case_id=case_id, requirements=_WORDS)
    yield commands.ExtendRectification(context=context, case_id=case_id, months=1, reason=_WORDS)
    yield commands.FileRectificationReport(context=context, case_id=case_id, text=_WORDS)
    yield commands.Reassess(context=context, case_id=case_id, thinking=_HALF, practice=_HALF, reasons=_WORDS)


def _of_the_title(case_id: str, context: Context) -> Iterator[DistrictCommand]:
    yield commands.InviteHearing(context=context, case_id=case_id, grounds=_WORDS)
    yield commands.MakeStatement(context=context, case_id=case_id, text=_WORDS)
    yield commands.RevokeTitle(
        context=context,
        case_id=case_id,
        document_number=f"吉科发专〔{context.effective_on.year}〕1号",
        reasons=_WORDS,
        statement_considered=_WORDS,
    )


def _correction(district: District, context: Context) -> DistrictCommand:
    opened = events.AssessmentOpened(case_id=district.case_id, cycle=1, last_day=district.last_day)
    return commands.CorrectRecord(
        context=context,
        case_id=district.case_id,
        corrects=_EVENT,
        field="cycle",
        was="1",
        now="2",
        why=_WORDS,
        on_word_of=_WORDS,
        recorded=Recorded(opened, context.effective_on),
    )


__all__ = ["OpenAct", "open_acts"]
