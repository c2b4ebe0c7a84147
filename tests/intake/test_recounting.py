"""A changed calendar moves the last day for the city's answer, once; that of a correction follows the province's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.intake.application.commands import CountAgain, FollowCorrection
from services.intake.reactions import ENDORSEMENT, again, react, timetable
from services.portal.views.acts import recounted
from shared.contracts import intake as events
from shared.contracts import review as review_events
from shared.contracts.core import Due
from shared.programme.dates.days import first_moment_after
from shared.programme.vocabulary import TimeLimit
from shared.service.deadlines import DeadlineMoved
from shared.service.recounting import StandingDeadline
from tests.intake import cases
from tests.intake.cases import CASE, SYSTEM, by
from tests.notify.messages import envelope
from tests.office.notices import knowing
from tests.review.test_recounting import NOTICE

WAS, NOW = Due(date(2018, 6, 26)), Due(date(2018, 6, 27))
TOLD = events.DeadlineRecounted(
    case_id=CASE, matter=TimeLimit.ENDORSEMENT, was=WAS, now=NOW, document_number=NOTICE.document_number
)


def counting(last_day: date, calendar: str) -> CountAgain:
    standing = StandingDeadline(CASE, ENDORSEMENT, first_moment_after(last_day), date(2018, 6, 11))
    command = again(standing).command(replace(by(SYSTEM, "2018-06-12"), calendar=calendar))
    assert isinstance(command, CountAgain)
    return command


def test_the_citys_last_day_moves_once() -> None:
    with knowing(NOTICE) as name:
        cases.history(cases.awaiting()).when(counting(WAS.on, name)).then(TOLD).again().then()
        cases.history(cases.filed()).when(counting(WAS.on, name)).then()
    assert timetable(envelope(TOLD)) == (DeadlineMoved(CASE, ENDORSEMENT, first_moment_after(NOW.on)),)
    assert recounted(TimeLimit.ENDORSEMENT)({}, TOLD, envelope(TOLD)) == {"due_on": NOW.on}
    assert recounted(TimeLimit.CORRECTION)({}, TOLD, envelope(TOLD)) == {}


def test_a_correction_has_the_provinces_last_day() -> None:
    notice = review_events.CorrectionNoticeIssued(case_id=CASE, notice_no=1, items=(), due=WAS)
    (opening,) = react(envelope(notice))
    correcting = cases.after(cases.filed(), opening.command(by(SYSTEM)))  # type: ignore[arg-type]
    of_the_province = review_events.DeadlineRecounted(
        case_id=CASE, matter=TimeLimit.CORRECTION, was=WAS, now=NOW, document_number=NOTICE.document_number
    )
    (todo,) = react(envelope(of_the_province))
    command = todo.command(by(SYSTEM))
    assert isinstance(command, FollowCorrection)
    cases.history(correcting).when(command).then(replace(TOLD, matter=TimeLimit.CORRECTION)).again().then()
    cases.history(cases.filed()).when(command).then()
