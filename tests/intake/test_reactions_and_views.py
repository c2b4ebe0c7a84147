"""What other services' events and time lead to, and what the read models show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import pytest

from services.intake.application.commands import CloseApplication, EscalateEndorsement, OpenCorrection, ReturnForChanges
from services.intake.reactions import ENDORSEMENT, react, timetable, when_due
from services.intake.views import PROJECTION
from shared.contracts import review
from shared.contracts.core import CST, Due, Envelope, Event, Reason, derived_id, event_type
from shared.contracts.intake import ApplicationClosed, CorrectionOpened, EndorsementRequested, ReviewOutcome
from shared.programme.forms import EvidenceKind
from shared.projections.projection import Row, project
from shared.service.deadlines import DeadlineCleared, DeadlineSet
from tests.intake import cases
from tests.intake.cases import CASE, CITY, COUNTY, KEY, SYSTEM, by
from tests.intake.test_paper_and_corrections import TOLD, paper_filed


def recorded(events: Iterable[Event]) -> list[Envelope]:
    """Events as the log gives them."""
    return [
        Envelope(
            seq=number,
            event_id=derived_id("event", str(number)),
            stream=f"intake/application/{CASE}",
            version=number,
            type=event_type(event).name,
            schema_version=1,
            event=event,
            actor="zhang",
            office="county:220113",
            effective_on=date(2018, 6, 11),
            recorded_at=datetime(2018, 6, 11, 9, tzinfo=CST),
            command_id=derived_id("command", str(number)),
            correlation_id="test",
            causation_id=None,
            policy_version="2018-04-28.1",
        )
        for number, event in enumerate(events, start=1)
    ]


def row_of(events: Iterable[Event]) -> Row:
    return project(PROJECTION, recorded(events))["applications"][(CASE,)]


DUE = Due(date(2019, 10, 28))


def test_a_correction_notice_opens_a_correction() -> None:
    items = (Reason("staff", "r", "附件1", "m"),)
    notice = review.CorrectionNoticeIssued(case_id=CASE, notice_no=1, items=items, due=DUE)
    (todo,) = react(recorded([notice])[0])
    command = todo.command(by(SYSTEM))
    assert isinstance(command, OpenCorrection)
    assert (todo.name, todo.ident, command.notice) == ("open-correction", CASE, notice)
    (opened,) = cases.history(cases.filed()).when(command).then_kinds(CorrectionOpened).events
    assert opened == CorrectionOpened(case_id=CASE, notice_no=1, items=items, due=DUE)


@pytest.mark.parametrize("outcome", list(ReviewOutcome))
def test_the_end_of_the_review_closes_the_application(outcome: ReviewOutcome) -> None:
    (todo,) = react(recorded([cases.ENDINGS[outcome]])[0])
    command = todo.command(by(SYSTEM))
    assert isinstance(command, CloseApplication)
    assert (todo.name, todo.ident, command.ending) == ("close-application", CASE, cases.ENDINGS[outcome])
    (closed,) = cases.history(cases.filed()).when(command).then_kinds(ApplicationClosed).events
    assert isinstance(closed, ApplicationClosed)
    assert closed.outcome is outcome


def test_what_review_does_besides_leads_to_nothing_here() -> None:
    assert react(recorded([review.ApplicationAccepted(case_id=CASE, accepted_by="x")])[0]) == ()


def test_the_city_has_until_the_end_of_the_last_day() -> None:
    (requested,) = [event for event in cases.awaiting() if isinstance(event, EndorsementRequested)]
    (deadline,) = timetable(recorded([requested])[0])
    assert deadline == DeadlineSet(CASE, ENDORSEMENT, datetime(2018, 6, 27, tzinfo=CST))
    command = when_due(deadline).command(by(SYSTEM, "2018-06-27"))
    assert isinstance(command, EscalateEndorsement)
    assert command.due == requested.due
    with pytest.raises(LookupError):
        when_due(DeadlineSet(CASE, "other", deadline.due))


def test_any_answer_of_the_city_clears_its_deadline() -> None:
    changes = [change for envelope in recorded(cases.filed()) for change in timetable(envelope)]
    assert [type(change) for change in changes] == [DeadlineSet, DeadlineCleared]
    changes = [change for envelope in recorded(paper_filed()) for change in timetable(envelope)]
    assert [type(change) for change in changes] == [DeadlineSet, DeadlineCleared]


def test_the_row_of_a_draft_shows_hash_seals_and_findings() -> None:
    events = cases.ready()
    row = row_of(events)
    assert row["stage"] == "draft"
    assert row["packet_sha256"] == cases.sha_of(events)
    assert [(seal["sealer"], seal["valid"]) for seal in row["seals"]] == [("county", True), ("key-unit", True)]
    assert row["error_count"] == 0
    assert row["warning_count"] > 0
    assert row["version"] == len(events)


def test_an_edit_shows_the_seals_as_void_until_they_are_set_anew() -> None:
    events = cases.after(cases.ready(), cases.add(EvidenceKind.OTHER))
    row = row_of(events)
    assert [seal["valid"] for seal in row["seals"]] == [False, False]
    assert all(seal["voided"] for seal in row["seals"])
    row = row_of(cases.sealed_by(events, COUNTY))
    assert {seal["sealer"]: seal["valid"] for seal in row["seals"]} == {"key-unit": False, "county": True}


def test_a_row_follows_its_application_to_the_province() -> None:
    row = row_of(cases.awaiting())
    assert (row["stage"], row["due_on"], row["due_for"]) == ("awaiting-endorsement", date(2018, 6, 26), "endorsement")
    row = row_of(cases.filed())
    assert (row["stage"], row["filed_on"], row["due_on"], row["said"]) == ("filed", date(2018, 6, 20), None, "同意申报")
    back = ReturnForChanges(context=by(CITY), case_id=CASE, changes="补充")
    row = row_of(cases.after(cases.awaiting(), back))
    assert (row["stage"], row["said"]) == ("draft", "补充")


def test_a_paper_filing_shows_its_defects_and_then_its_correction() -> None:
    row = row_of(paper_filed())
    assert (row["paper"], len(row["defects"]), row["stage"]) == (True, 5, "filed")
    row = row_of(cases.after(paper_filed(), TOLD))
    assert (row["stage"], row["notice_no"], row["due_for"]) == ("correcting", 1, "correction")


def test_every_version_of_a_document_is_shown() -> None:
    first = cases.after(cases.opened(), cases.add(EvidenceKind.WORK_PLAN))
    ident = cases.newest_attachment(first)
    events = cases.after(first, cases.add(EvidenceKind.WORK_PLAN, KEY, "second.pdf", ident))
    row = project(PROJECTION, recorded(events))["documents"][(CASE, ident)]
    assert [(version["version"], version["name"]) for version in row["versions"]] == [
        (1, "work_plan.pdf"),
        (2, "second.pdf"),
    ]


def test_the_timeline_holds_every_event_with_its_term() -> None:
    events = cases.filed()
    rows = project(PROJECTION, recorded(events))["timeline"]
    assert [rows[CASE, seq]["type"] for seq in range(1, len(events) + 1)] == [
        event_type(event).name for event in events
    ]
    assert rows[CASE, 1]["term"] == "开立申报"
    assert "同意申报" in {row["said"] for row in rows.values()}
