"""What the read models show, and that nothing of a score sheet is shown before its time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.review.case import commands
from services.review.queries import readable_sheets
from services.review.views import CASES, SHEETS
from shared.contracts import review as events
from shared.contracts.core import Actor, Event, Role
from shared.projections.projection import Projection, project
from tests.review import histories as h
from tests.review.recorded import recorded
from tests.specification import actor, context, contracts_of

EXPERT_1 = actor("expert:e1", Role.EXPERT)
EXPERT_9 = actor("expert:e9", Role.EXPERT)


def shown(view: str, history: tuple[Event, ...], projection: Projection = CASES) -> list[dict[str, Any]]:
    """The rows of a view after these events."""
    envelopes = recorded(*history)
    if not projection.include_internal:
        envelopes = [each for each in envelopes if not isinstance(each.event, events.ScoreSheetSubmitted)]
    return list(project(projection, envelopes)[view].values())


def case(history: tuple[Event, ...]) -> dict[str, Any]:
    """The row of the case."""
    (row,) = shown("cases", history)
    return row


def test_every_published_event_reaches_the_case_and_the_timeline_and_no_blind_one_does() -> None:
    own = {kind.cls for kind in contracts_of("review")}
    reached = {view.name: own - view.handles for view in CASES.views if view.name in ("cases", "timeline")}
    assert reached == {
        "cases": {events.ScoreSheetSubmitted},
        "timeline": {events.ScoreSheetSubmitted},
    }


@pytest.mark.parametrize(
    ("history", "stage"),
    [
        (h.opened(), "examining"),
        (h.noticed(), "correcting"),
        (h.accepted(), "accepted"),
        (h.convened(), "material-review"),
        (h.reviewed(), "on-site"),
        (h.visited(), "on-site"),
        (h.concluded(), "concluded"),
        (h.publicised(), "in-publicity"),
        (h.publicity_over(), "publicity-over"),
        (h.approved(), "approved"),
    ],
)
def test_a_case_shows_its_stage_and_its_streams_version(history: tuple[Event, ...], stage: str) -> None:
    row = case(history)
    assert (row["stage"], row["version"]) == (stage, len(history))


def test_a_case_shows_what_is_due_and_how_it_ended() -> None:
    assert case(h.opened())["formal_examination_due"] == date(2018, 6, 27)
    noticed = case(h.noticed())
    assert (noticed["formal_examination_due"], noticed["correction_due"]) == (None, date(2018, 7, 20))
    assert [item["field"] for item in noticed["correction_items"]] == ["seals.key-unit", "staff.lawyers"]
    ended = case(h.approved())
    assert (ended["average"], ended["recommended"]) == ("88.00", True)
    assert (ended["document_number"], ended["approved_on"]) == ("吉科发专〔2018〕112号", date(2018, 8, 31))


def test_a_case_shows_who_holds_it() -> None:
    claim = commands.ClaimCase(context=context(h.OFFICER, "2018-06-21"), case_id=h.CASE)
    hand_over = commands.HandOverCase(
        context=context(h.LEAD, "2018-06-22"), case_id=h.CASE, holder="officer-2", holder_name="钱样例"
    )
    release = commands.ReleaseCase(context=context(h.LEAD, "2018-06-23"), case_id=h.CASE)

    def holder(*steps: commands.CaseCommand) -> tuple[object, ...]:
        row = case(h.history(*steps, since=h.opened()))
        return row["holder"], row["holder_name"], row["version"]

    assert holder() == (None, None, 1)
    assert holder(claim) == ("officer-1", h.OFFICER.name, 2)
    assert holder(claim, hand_over) == ("officer-2", "钱样例", 3)
    assert holder(claim, hand_over, release) == (None, None, 4)


def test_the_panel_shows_who_declared_their_impartiality() -> None:
    rows = shown("panel_members", h.history(h.impartial("e2"), since=h.undeclared()))
    assert {row["expert_id"] for row in rows if row["declared_on"]} == {"e2"}


def test_conditions_show_the_judgement_that_holds() -> None:
    revised = h.history(h.judge("service_coverage", met=False, on="2018-07-01"), since=h.judged())
    rows = {row["key"]: row for row in shown("conditions", revised)}
    assert len(rows) == 6
    assert (rows["service_coverage"]["judged_met"], rows["service_coverage"]["judged_by"]) == (False, "officer-1")
    assert rows["institutions_minimum"]["outcome"] == "met"
    assert rows["institutions_minimum"]["judged_met"] is None


def test_the_panel_shows_who_sits_who_waits_who_left_and_who_was_never_on_it() -> None:
    insider = h.expert(1, organisation_uscc=h.KEY_UNIT.uscc)
    panel = h.convene((insider, *map(h.expert, range(2, 6))), (h.expert(6), h.expert(7)))
    declare = commands.DeclareConflict(context=context(actor("expert:e2", Role.EXPERT)), case_id=h.CASE, reason="任职")
    rows = {row["expert_id"]: row for row in shown("panel_members", h.history(panel, declare, since=h.judged()))}
    assert {expert_id: row["standing"] for expert_id, row in rows.items()} == {
        "e1": "conflict",
        "e2": "recused",
        "e3": "member",
        "e4": "member",
        "e5": "member",
        "e6": "member",
        "e7": "member",
    }
    assert rows["e7"]["replaces"] == "e2"
    assert rows["e1"]["conflict"] == "same_organisation"


@pytest.mark.parametrize(
    ("actor_", "seen"), [(EXPERT_1, ["e1"]), (h.OFFICER, []), (EXPERT_9, []), (actor("auditor", Role.AUDITOR), [])]
)
def test_score_sheets_are_blind_until_all_are_in(actor_: Actor, seen: list[str]) -> None:
    four = h.history(*(h.submit(f"e{n}") for n in range(1, 5)), since=h.convened())
    (row,) = shown("sheets", four, SHEETS)
    answer = readable_sheets(row, actor_)
    assert not answer["open"]
    assert [sheet["expert_id"] for sheet in answer["sheets"]] == seen
    assert readable_sheets(None, actor_) == {"open": False, "sheets": []}


def test_score_sheets_open_when_the_material_review_is_concluded_and_close_when_it_reopens() -> None:
    (row,) = shown("sheets", h.reviewed(), SHEETS)
    assert [sheet["total"] for sheet in readable_sheets(row, h.OFFICER)["sheets"]] == ["88.00"] * 5
    declare = (
        commands.DeclareConflict(context=h.expert_at(f"expert:e{n}")("2018-08-10"), case_id=h.CASE, reason="任职")
        for n in (3, 4, 5)
    )
    (again,) = shown("sheets", h.history(*declare, since=h.reviewed()), SHEETS)
    assert readable_sheets(again, h.OFFICER)["sheets"] == []
    assert [sheet["valid"] for sheet in again["sheets"]] == [True, True, False, False, False]


def test_the_visit_and_the_objections_are_shown() -> None:
    (visit,) = shown("site_visits", h.visited())
    assert (visit["visited_on"], len(visit["checklist"]), len(visit["photographs"])) == (date(2018, 8, 8), 6, 1)
    objected = h.history(h.object_(), since=h.publicised())
    (objection,) = shown("objections", objected)
    assert (objection["text"], objection["upheld"]) == ("机构数量不实", None)
    assert (case(objected)["objections"], case(objected)["objections_unanswered"]) == (1, 1)


def test_a_correction_replaces_the_packet_and_says_what_changed() -> None:
    (packet,) = shown("packets", h.history(h.receive_correction(), since=h.noticed()))
    assert packet["packet_sha256"] == "2" * 64
    assert packet["changed_parts"] == ["staff", "seals.key-unit"]
    assert packet["form"]["staff"]["lawyers"] == 6


def test_a_correction_of_the_record_stands_beside_what_it_corrects() -> None:
    row = case(h.history(h.correct_record(), since=h.opened()))
    assert [correction["now"] for correction in row["corrections_of_record"]] == ["0000-0000009"]
