"""Whether a notice is still true, by what has happened in its case since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast

import pytest

from services.notify.aggregates.reminder import Planned
from services.notify.telling.truth import CORRECTED, DONE, MOVED, Truth
from shared.contracts import notify as events
from shared.contracts.core import Due, Envelope, Event
from shared.contracts.lifecycle import AnnualReportFiled, AnnualReportOverdue
from shared.contracts.notify import Matter
from shared.service.service import Service
from tests.notify.messages import delivery, envelope
from tests.notify.samples import EVENTS

NOTICE = replace(delivery(), rule="correction-notice")
CAUSE = str(NOTICE.cause_id)
ISSUED = ("case", CAUSE, "review.CorrectionNoticeIssued", 5, "")
PLAN = events.ReminderPlanned(
    reminder_id="r",
    case_id="case",
    matter=Matter.ANNUAL_REPORT,
    item="2019",
    due=Due(date(2019, 4, 1)),
    days_before=(30, 7, 1),
    replaces=(),
    cause_id=NOTICE.cause_id,
    cause_type="lifecycle.DistrictDesignated",
)


@dataclass
class _Known:
    """As much of a service as the truth of a notice needs: a case's rows, the log, a reminder."""

    rows: Sequence[tuple[Any, ...]] = ()
    log: Any = None
    reminder: Planned | None = None
    schema: str = "notify"
    asked: list[list[str]] = field(default_factory=list)

    @property
    def runner(self) -> _Known:
        return self

    async def state(self, _decider: Any, _ident: str) -> tuple[Planned | None, int]:
        return self.reminder, 1

    async def fetch(self, _statement: str, case_ids: list[str]) -> list[tuple[Any, ...]]:
        self.asked.append(case_ids)
        return [row for row in self.rows if row[0] in case_ids]


@dataclass
class _Log:
    """A log of events by their seq."""

    events: dict[int, Event]

    async def read_all(self, after: int, *, limit: int, until: int, include_internal: bool) -> list[Envelope]:
        assert (limit, include_internal) == (1, True)
        return [envelope(event, seq=seq) for seq, event in self.events.items() if after < seq <= until][:limit]


async def _untrue(known: _Known, notice: events.DeliveryRequested = NOTICE) -> str:
    return await Truth(cast(Service, known)).untrue(notice)


async def test_a_notice_is_true_while_nothing_has_overtaken_it() -> None:
    assert await _untrue(_Known()) == ""
    assert await _untrue(_Known([ISSUED])) == ""
    unrelated = ("case", "e9", "review.SiteVisitReported", 9, "")
    assert await _untrue(_Known([ISSUED, unrelated])) == ""


async def test_a_later_event_that_ends_the_matter_overtakes_it_and_an_earlier_one_does_not() -> None:
    later = ("case", "e9", "review.CorrectionReceived", 9, "")
    assert await _untrue(_Known([ISSUED, later])) == "overtaken by review.CorrectionReceived"
    earlier = ("case", "e4", "review.CorrectionReceived", 4, "")
    assert await _untrue(_Known([earlier, ISSUED])) == ""
    elsewhere = ("another", "e9", "review.CorrectionReceived", 9, "")
    assert await _untrue(_Known([ISSUED, elsewhere])) == ""


async def test_a_corrected_cause_makes_it_untrue() -> None:
    assert await _untrue(_Known([ISSUED, ("case", "e9", "review.RecordCorrected", 9, CAUSE)])) == CORRECTED
    assert await _untrue(_Known([ISSUED, ("case", "e9", "review.RecordCorrected", 9, "another")])) == ""


async def test_what_rests_on_no_case_or_rule_that_is_known_stays_true() -> None:
    known = _Known([ISSUED, ("case", "e9", "review.CorrectionReceived", 9, "")])
    assert await _untrue(known, replace(NOTICE, case_id="")) == ""
    assert not known.asked
    assert await _untrue(known, replace(NOTICE, rule="of-an-older-build")) == ""


@pytest.mark.parametrize(("filed", "overtaken"), [(2019, True), (2020, False)])
async def test_the_report_of_another_year_overtakes_nothing(filed: int, *, overtaken: bool) -> None:
    overdue = EVENTS[AnnualReportOverdue]
    report = EVENTS[AnnualReportFiled]
    assert isinstance(overdue, AnnualReportOverdue)
    assert isinstance(report, AnnualReportFiled)
    before = {4: replace(report, year=2018), 8: replace(report, year=2018)}
    log = _Log({**before, 5: replace(overdue, year=2019), 9: replace(report, year=filed)})
    rows = [
        ("case", CAUSE, "lifecycle.AnnualReportOverdue", 5, ""),
        ("case", "e9", "lifecycle.AnnualReportFiled", 9, ""),
    ]
    reason = await _untrue(_Known(rows, log), replace(NOTICE, rule="annual-report-overdue"))
    assert reason == ("overtaken by lifecycle.AnnualReportFiled" if overtaken else "")


@pytest.mark.parametrize(
    ("reminder", "reason"),
    [
        (None, ""),
        (Planned(PLAN), MOVED),
        (Planned(PLAN, raised=frozenset({7})), ""),
        (Planned(PLAN, overdue=7), ""),
        (Planned(PLAN, raised=frozenset({7}), cleared=True), DONE),
    ],
    ids=["unknown", "moved", "raised", "overdue", "done"],
)
async def test_a_reminder_is_true_while_its_matter_is_open_and_its_day_stands(
    reminder: Planned | None, reason: str
) -> None:
    assert await _untrue(_Known(reminder=reminder), replace(NOTICE, reminder_id="r")) == reason


async def test_a_notice_is_not_overtaken_by_its_own_cause() -> None:
    first = ("case", CAUSE, "intake.PlaceRerouted", 5, "")
    second = ("case", "e9", "intake.PlaceRerouted", 9, "")
    rerouted = replace(NOTICE, rule="place-rerouted")
    assert await _untrue(_Known([first]), rerouted) == ""
    assert await _untrue(_Known([first, second]), rerouted) == "overtaken by intake.PlaceRerouted"
