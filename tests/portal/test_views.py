"""The portal's read models as pure folds: whose turn it is, where a case stands, and what happened."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

import pytest

from services.portal.views import CASES, cases, story, todos
from services.portal.views.story import SERVICES
from services.portal.views.todos import ACTS
from shared.contracts import intake as intake_events
from shared.contracts import lifecycle as lifecycle_events
from shared.contracts import review as review_events
from shared.contracts.core import Due, Envelope, Event, Role
from shared.contracts.intake import Sealer
from shared.contracts.notify import MatterOverdue
from shared.projections.projection import project
from tests.lifecycle import situations
from tests.portal.stored import of_case, published
from tests.review.histories import CASE, expert
from tests.review.recorded import recorded
from tests.specification import actor, contracts_of

STORED = published()


def turns(events: list[Envelope]) -> list[tuple[str, ...]]:
    """What is awaited after each event, less what stays the same."""
    after = (project(CASES, events[:number])["todos"] for number in range(1, len(events) + 1))
    ready = (tuple(sorted(row["act"] for row in rows.values() if row["ready"])) for rows in after)
    return [acts for acts, _ in groupby(ready)]


def test_every_act_of_a_case_from_draft_to_title_is_awaited_in_its_turn() -> None:
    until_designated = [each for each in of_case(STORED, "九台") if each.type.startswith(("intake.", "review."))]
    assert turns(until_designated) == [
        ("complete",),
        ("send",),
        ("endorse",),
        (),
        ("examine",),
        ("convene",),
        ("convene", "judge"),
        ("convene",),
        ("score",),
        ("conclude-material",),
        ("schedule-visit",),
        ("report-visit",),
        ("conclude-panel",),
        ("publicise",),
        ("publicity",),
        ("approve",),
        (),
    ]


def test_every_act_of_a_term_that_ends_in_a_revocation_is_awaited_in_its_turn() -> None:
    term = [each for each in of_case(STORED, "宁江") if each.type.startswith("lifecycle.")]
    assert turns(term) == [
        ("report",),
        ("receipt", "receipt-of-city", "report"),
        ("receipt", "report"),
        ("report",),
        ("assess", "report"),
        ("order", "report"),
        ("rectify", "report"),
        ("reassess", "report"),
        ("invite", "report"),
        ("report", "state"),
        ("report", "revoke"),
        (),
    ]


def test_what_is_sealed_changes_no_row() -> None:
    assert project(CASES, published(erased=True)) == project(CASES, STORED)


def test_no_personal_data_is_in_any_row() -> None:
    kept = repr(project(CASES, STORED))
    for name in ("objector", "visitors", "contact"):
        assert f"'{name}'" not in kept


def test_each_case_has_one_row_across_the_services() -> None:
    rows = project(CASES, STORED)["cases"]
    assert len(rows) == len({each.stream for each in STORED if each.type.endswith(("DraftOpened", "ApplicationKeyed"))})
    revoked = next(row for row in rows.values() if row["stage"] == "revoked")
    assert (revoked["service"], revoked["over"], revoked["grade"]) == ("lifecycle", True, "unqualified")
    assert (revoked["filed_on"], revoked["designated_on"]) < (revoked["designated_on"], revoked["revoked_on"])


def test_every_published_event_of_a_case_is_in_its_story_once() -> None:
    told = {kind.cls for kind in contracts_of(*SERVICES) if not kind.internal}
    assert story.handles == told | {MatterOverdue}
    assert len(project(CASES, STORED)["story"]) == sum(type(each.event) in story.handles for each in STORED)


def test_the_story_says_when_a_fact_took_effect_and_when_it_was_recorded() -> None:
    (row,) = project(CASES, STORED[:1])["story"].values()
    first = STORED[0]
    assert (row["effective_on"], row["recorded_at"]) == (first.effective_on, first.recorded_at)
    assert (row["seq"], row["event_id"], row["office"]) == (first.seq, str(first.event_id), first.office)


def test_an_act_ends_with_what_ends_it_and_with_nothing_that_begins_it() -> None:
    for act in ACTS.values():
        assert not set(act.begins) & act.ends, act.name
        assert not set(act.changes) & (act.ends | set(act.begins)), act.name
        assert act.ends or act.changes, act.name


def test_what_touches_the_todos_is_published() -> None:
    internal = {kind.cls for kind in contracts_of() if kind.internal}
    assert not (todos.handles | cases.handles) & internal


# --- What the demonstration does not show -----------------------------------------------------------------------------


def after(*events: Event, on: str = "2018-06-20") -> dict[str, dict[str, Any]]:
    """What is awaited after these events of a case, by act."""
    rows = project(CASES, recorded(*events, on=on))["todos"]
    return {row["act"]: row for row in rows.values() if row["ready"]}


CONVENED = review_events.PanelConvened(
    case_id=CASE,
    experts=(expert(1), expert(2), expert(3)),
    reserves=(expert(4), expert(5)),
    declare_first=True,
)


def sheet(number: int) -> review_events.ScoreSheetReceived:
    return review_events.ScoreSheetReceived(
        case_id=CASE, expert_id=expert(number).expert_id, received=number, expected=3
    )


def recused(number: int) -> review_events.ExpertRecused:
    return review_events.ExpertRecused(
        case_id=CASE, expert_id=expert(number).expert_id, kind=review_events.ConflictKind.DECLARED, reason="师生"
    )


def replaced(number: int, by: int) -> review_events.ExpertReplaced:
    return review_events.ExpertReplaced(case_id=CASE, expert_id=expert(number).expert_id, replacement=expert(by))


def test_only_who_owes_a_sheet_is_asked_for_it() -> None:
    owing = after(CONVENED, sheet(1))["score"]["parts"]
    assert owing == [expert(2).expert_id, expert(3).expert_id]


def test_a_seat_left_empty_is_to_be_filled_and_a_reserve_leaves_none() -> None:
    assert after(CONVENED, recused(4)).keys() == {"score"}
    emptied = after(CONVENED, recused(2))
    assert emptied["replace"]["parts"] == [expert(2).expert_id]
    assert emptied["score"]["parts"] == [expert(1).expert_id, expert(3).expert_id]
    filled = after(CONVENED, recused(2), replaced(2, by=4))
    assert "replace" not in filled
    assert filled["score"]["parts"] == [expert(1).expert_id, expert(3).expert_id, expert(4).expert_id]


def test_sheets_are_asked_for_again_when_the_review_of_the_material_is_reopened() -> None:
    concluded = review_events.MaterialReviewConcluded(case_id=CASE, valid_sheets=3, panel_size=3)
    reopened = review_events.MaterialReviewReopened(case_id=CASE, valid_sheets=2, minimum=3)
    history = (CONVENED, sheet(1), sheet(2), sheet(3), concluded)
    assert after(*history).keys() == {"schedule-visit"}
    again = (*history, recused(3), reopened)
    assert after(*again).keys() == {"replace"}
    assert after(*again, replaced(3, by=4))["score"]["parts"] == [expert(4).expert_id]
    late = review_events.ScoreSheetReceived(case_id=CASE, expert_id=expert(4).expert_id, received=3, expected=3)
    assert after(*again, replaced(3, by=4), late).keys() == {"conclude-material"}


def test_objections_are_to_be_answered_before_the_end_of_publicity() -> None:
    started = review_events.PublicityStarted(case_id=CASE, starts_on=date(2018, 8, 20), ends=Due(date(2018, 8, 24)))

    def objection(ident: str) -> review_events.ObjectionFiled:
        return review_events.ObjectionFiled(
            case_id=CASE, objection_id=ident, objector="甲", text="不实", client="", waiting=1
        )

    answered = review_events.ObjectionAnswered(case_id=CASE, objection_id="o1", upheld=False, answer="已核实")
    aside = review_events.ObjectionsSetAside(
        case_id=CASE, objection_ids=("o2", "o3"), reason="重复", decided_by="officer-1"
    )
    assert "answer" not in after(started)
    asked = after(started, objection("o1"), objection("o2"), objection("o3"))["answer"]
    assert (asked["parts"], asked["due_on"]) == (["o1", "o2", "o3"], date(2018, 8, 24))
    assert after(started, objection("o1"), objection("o2"), answered)["answer"]["parts"] == ["o2"]
    assert "answer" not in after(started, objection("o2"), objection("o3"), aside)


def test_a_correction_that_runs_out_is_for_the_province_to_settle() -> None:
    due = Due(date(2018, 7, 6))
    told = review_events.CorrectionNoticeIssued(case_id=CASE, notice_no=1, items=(), due=due)
    late = review_events.CorrectionOverdue(case_id=CASE, notice_no=1, due=due)
    assert after(told)["correct"]["due_on"] == due.on
    assert after(told, late).keys() == {"correct", "settle-lapse"}
    refused = review_events.AcceptanceRefused(case_id=CASE, reasons=())
    assert after(told, late, refused) == {}


def test_a_city_seals_again_what_was_changed_in_a_correction() -> None:
    told = review_events.CorrectionNoticeIssued(case_id=CASE, notice_no=1, items=(), due=Due(date(2018, 7, 6)))
    void = [
        intake_events.SealVoided(case_id=CASE, sealer=sealer, packet_sha256="0" * 64, reason="已修改")
        for sealer in (Sealer.COUNTY, Sealer.CITY, Sealer.KEY_UNIT)
    ]
    events = [each.event for each in of_case(STORED, "九台")]
    sealed = {each.seal.sealer: each for each in events if isinstance(each, intake_events.PacketSealed)}
    assert "seal-again" not in after(told, void[0])
    assert after(told, *void)["seal-again"]["holder"] == "city"
    assert "seal-again" in after(told, *void, sealed[Sealer.COUNTY])
    assert "seal-again" not in after(told, *void, sealed[Sealer.CITY])
    assert after(told, *void, review_events.ReviewDiscontinued(case_id=CASE, reason="撤回")) == {}


@pytest.mark.parametrize(("passed", "awaited"), [(True, "retain"), (False, "invite")])
def test_what_follows_a_reassessment(*, passed: bool, awaited: str) -> None:
    result = lifecycle_events.DistrictReassessed(
        case_id=CASE,
        thinking=Decimal(60),
        practice=Decimal(60),
        score=Decimal(60),
        passed=passed,
        reasons="复核",
        assessed_by="officer-1",
    )
    assert after(result).keys() == {awaited}


def test_a_report_is_asked_for_in_its_year_and_the_earliest_first() -> None:
    history = situations.recorded(situations.designate("2019-08-20"))
    (report,) = (row for row in project(CASES, history)["todos"].values() if row["act"] == "report")
    assert [year for year, _ in report["parts"]] == [2020, 2021, 2022]
    assert (report["opens_on"], report["due_on"]) == (date(2020, 1, 1), date.fromisoformat(report["parts"][0][1]))


def test_a_county_that_files_directly_has_no_city_to_give_a_receipt() -> None:
    def receipts(county: str) -> set[str]:
        designated = situations.designate("2019-08-20", county=county)
        filed = situations.report(2020, "2020-03-02", who=actor(f"county:{county}", Role.COUNTY))
        history = situations.recorded(designated, filed)
        return {row["act"] for row in project(CASES, history)["todos"].values() if row["ready"]}

    assert receipts("220502") >= {"receipt", "receipt-of-city"}
    assert "receipt-of-city" not in receipts("220581")


def test_a_seal_that_is_lost_is_asked_for_again() -> None:
    begun = next(each.event for each in of_case(STORED, "九台") if isinstance(each.event, intake_events.DraftOpened))
    sealed = [each.event for each in of_case(STORED, "九台") if isinstance(each.event, intake_events.PacketSealed)][:2]
    lost = intake_events.SealVoided(
        case_id=CASE, sealer=intake_events.Sealer.KEY_UNIT, packet_sha256="0" * 64, reason="已修改"
    )
    assert after(begun, *sealed).keys() == {"send"}
    again = after(begun, *sealed, lost)
    assert again.keys() == {"complete"}
    assert again["complete"]["parts"] == ["key-unit"]
